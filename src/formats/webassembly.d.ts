/** What of WebAssembly's JavaScript interface is used: TypeScript has it only among the types of browsers. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  type Module = object;
  const Module: new (code: Uint8Array<ArrayBuffer>) => Module;
  class Instance {
    constructor(module: Module);
    readonly exports: object;
  }
  function validate(code: Uint8Array<ArrayBuffer>): boolean;
}
