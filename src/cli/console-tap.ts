/** What this process writes to its console, seen on its way. */

type Written = string | Uint8Array;

export interface ConsoleReader {
  before(): void;
  after(written: Written): void;
}

/** From now on `reader` is told of each write to stdout and stderr. Returns how to end that. */
export function tapConsole(reader: ConsoleReader): () => void {
  const release = [process.stdout, process.stderr].map(stream => tap(stream, reader));
  return () => {
    for (const one of release) one();
  };
}

function tap(stream: NodeJS.WriteStream, reader: ConsoleReader): () => void {
  const write = stream.write.bind(stream);
  const tapped = (...args: Parameters<typeof write>): boolean => {
    reader.before();
    const result = write(...args);
    reader.after(args[0]);
    return result;
  };
  stream.write = tapped as typeof write;
  return () => {
    stream.write = write;
  };
}
