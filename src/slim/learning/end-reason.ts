/** Why a call of `train` ended: its steps are taken, somebody stopped it, or the data are at their end. */
export type EndReason = 'done' | 'stopped' | 'outOfRange';
