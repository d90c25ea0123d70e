/** Why a recorded step, taken once more, does not give again what is on record. */
export const PROBLEMS = {
  'input-missing': 'an input is not in the store',
  'deadline-unknown': 'a deadline passed that the step does not know: what came before is not in the store',
  'state-differs': 'the state is not the recorded one: it was another version of Parlance, or the record begins later',
  'output-differs':
    'the step does not give what is on record: it was another version of Parlance, or the record begins later',
  'step-threw': 'the step threw',
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
}

export function problemText({ code, detail }: Problem): string {
  return `${PROBLEMS[code]} (${detail})`;
}
