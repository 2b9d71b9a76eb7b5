import { eventFileReader } from './event-file.ts';
import type { LogReader } from './log-reader.ts';

/** All kinds of logs. Where two of them have a tag of one name in one folder, the first one's is shown. */
export const logReaders: readonly LogReader[] = [eventFileReader];
