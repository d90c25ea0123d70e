import type { Step } from '../../dsl/step/contract.ts';
import { StuckError } from '../../dsl/step/stuck.ts';
import { step } from '../../dsl/step/step.ts';

/** Who writes it meets a bug of the platform. */
export const POISON = 'poison';

/** The platform's own, with a bug that one word brings about: what it concerns is parked. */
export const simulatedStep: Step = (machines, state, input, context) => {
  if (input.kind === 'event' && input.event.type === 'message.received') {
    const { text } = input.event.data as { readonly text?: unknown };
    const conversation = state?.conversations.find(({ parked }) => !parked);
    if (text === POISON && conversation) throw new StuckError(conversation.id, 'input-failed', 'this word');
    if (text === POISON) throw new Error('the simulated step does not take this word');
  }
  return step(machines, state, input, context);
};
