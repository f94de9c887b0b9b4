/**
 * Node's flags where PGlite is started: V8 then compiles WebAssembly once, quickly, and not again while it
 * runs, for which no test runs long enough.
 */
export const WASM_FLAGS: readonly string[] = ["--liftoff-only"];
