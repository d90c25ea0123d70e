/**
 * Messages that a reader or consumer is handed one after the other before whatever else the process has to do: who goes
 * through a backlog must not keep the thread until its end.
 */
export const BURST_MAX = 64;
