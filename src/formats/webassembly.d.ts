/** What of WebAssembly's JavaScript interface is used: TypeScript has it only among the types of browsers. */
declare namespace WebAssembly {
  interface MemoryDescriptor {
    /** Pages of 64 KiB. */
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }
  class Memory {
    constructor(descriptor: MemoryDescriptor);
    readonly buffer: ArrayBuffer;
    /** Answers how many pages there were before. Throws a RangeError where there are no more. */
    grow(pages: number): number;
  }
  class RuntimeError extends Error {}
  type Module = object;
  const Module: new (code: Uint8Array<ArrayBuffer>) => Module;
  type ImportedModule = Readonly<Record<string, Memory | ((...values: number[]) => unknown)>>;
  type Imports = Readonly<Record<string, ImportedModule>>;
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: object;
  }
  function validate(code: Uint8Array<ArrayBuffer>): boolean;
  function instantiate(
    code: Uint8Array<ArrayBuffer>,
    imports: Imports,
  ): Promise<{ readonly instance: Instance }>;
}
