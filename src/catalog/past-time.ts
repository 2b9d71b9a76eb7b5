/** When something was, in as few words as tell: `just now`, `12 min ago`, `14:06`, `yesterday`, `Friday`, `3 Mar`. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Both in milliseconds since 1970; days are those of the local calendar. */
export function pastTime(then: number, now: number): string {
  const ago = now - then;
  if (ago < MINUTE) return 'just now';
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min ago`;
  const days = calendarDay(now) - calendarDay(then);
  if (days === 0) return format(then, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (days === 1) return 'yesterday';
  if (days < 7) return format(then, { weekday: 'long' });
  const isThisYear = new Date(then).getFullYear() === new Date(now).getFullYear();
  return format(then, { day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: 'numeric' }) });
}

/** Days since 1970 of the local calendar: as long as there are no two of them with one number, daylight saving or not. */
function calendarDay(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (24 * HOUR);
}

/** English, as all words here are. */
function format(time: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', options).format(time);
}
