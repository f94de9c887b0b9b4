import { count } from "../count.ts";
import type { SweepBatch } from "../sweep.ts";

/** Where progress is painted: process.stderr, or nothing at all. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows how far the sweep of one owner is; a run's batches are told to it as they come. */
export interface SweepProgress {
  /** More rows are due. */
  readonly begin: (due: number) => void;
  readonly add: (batch: SweepBatch) => void;
  /** Wipes the line. */
  readonly end: () => void;
}

/** One line, painted over and over. Off a terminal it paints nothing. */
export function sweepProgress(owner: string, screen: Screen | undefined): SweepProgress {
  if (!screen?.isTTY) return { begin: nothing, add: nothing, end: nothing };
  const started = performance.now();
  let due = 0;
  let done = 0;
  const paint = () => {
    const seconds = (performance.now() - started) / 1000;
    const text = progressText({ owner, due, done, seconds });
    screen.write(`\r\u001b[K${text.slice(0, (screen.columns || 80) - 1)}`);
  };
  return {
    begin(rows) {
      due += rows;
      paint();
    },
    add({ step, rows }) {
      if (step === owner) done += rows ?? 0;
      paint();
    },
    end: () => screen.write("\r\u001b[K"),
  };
}

function nothing(): void {}

const BAR = 20;

/** `session  ████████░░░░  40 %  20,000 of 50,000  21,300 rows/s  1 s left`; fits 80 columns. */
export function progressText(state: {
  readonly owner: string;
  /** Rows due when it began, about. */
  readonly due: number;
  readonly done: number;
  readonly seconds: number;
}): string {
  const { owner, done, seconds } = state;
  const due = Math.max(state.due, done);
  const share = due === 0 ? 1 : done / due;
  const full = Math.round(share * BAR);
  const pace = seconds > 0 ? done / seconds : 0;
  const left = pace > 0 ? `  ${Math.ceil((due - done) / pace)} s left` : "";
  const bar = "█".repeat(full) + "░".repeat(BAR - full);
  const name = owner.length > 20 ? `${owner.slice(0, 19)}…` : owner;
  return `${name}  ${bar}  ${Math.floor(share * 100)} %  ${count(done)} of ${count(due)}  ${count(pace)} rows/s${left}`;
}
