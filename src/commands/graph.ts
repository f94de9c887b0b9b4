import { graphData } from "../diagram/data.ts";
import { type Diagram, diagramOf } from "../diagram/diagram.ts";
import { dotOf } from "../diagram/dot.ts";
import { mermaidOf } from "../diagram/mermaid.ts";
import { svgOf } from "../diagram/svg.ts";
import { EXIT } from "../exit.ts";
import { loadManifest } from "../manifest/load.ts";
import { data } from "./console.ts";

/** The forms in which `graph` draws. */
type Form = "mermaid" | "dot" | "svg";

const DRAWN: Readonly<Record<Form, (diagram: Diagram) => string>> = {
  mermaid: mermaidOf,
  dot: dotOf,
  svg: (diagram) => svgOf(diagram).markup.trimEnd(),
};

/** What `graph` is called with. */
export interface GraphCommandOptions {
  readonly manifest: string;
  readonly format: Form;
  readonly json?: true;
}

/** `graph`: draws what the manifest says. No database is asked. Gives the exit code. */
export async function graphCommand(options: GraphCommandOptions): Promise<number> {
  const { manifest } = await loadManifest(options.manifest);
  if (options.json) data(JSON.stringify(graphData(manifest), null, 2));
  else data(DRAWN[options.format](diagramOf(manifest)));
  return EXIT.fine;
}
