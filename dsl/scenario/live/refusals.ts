/** What a step of a scenario asks that can not be done with a platform whose clock, data and people are real. */
import type { Event } from '../../../channels/event.ts';
import { PROBE_SCHEME, schemeOf } from '../../../channels/contact-key.ts';
import type { Address } from '../../../channels/brands.ts';
import { OF_NOBODY } from '../../step/outgoing.ts';
import type { Scenario, ScenarioStep } from '../scenario.ts';

/** Why a scenario does not run, at the step that says so. */
export interface Refusal {
  readonly line: number;
  readonly reason: string;
}

export interface LiveLimits {
  /** An `advance` up to it is waited for. */
  readonly longestWaitMs: number;
  /** Data sources are really asked, whatever the scenario gives; else the scenario answers in their place. */
  readonly isAskingData: boolean;
  /** The platform lets time pass for people who do not exist: they live in the scenario's own. */
  readonly timePasses: boolean;
  /** The platform can be told of such people what the scenario knows of them, and lets them read what a connector would say. */
  readonly describesPeople: boolean;
}

/** Of all steps that can not be taken, each with its own reason. */
export function refusedSteps({ steps }: Scenario, limits: LiveLimits): readonly Refusal[] {
  return steps.flatMap((step) => {
    const reason = refusalOf(step, limits);
    return reason === undefined ? [] : [{ line: step.line, reason }];
  });
}

function refusalOf(step: ScenarioStep, { longestWaitMs, isAskingData, timePasses }: LiveLimits): string | undefined {
  if ('expect' in step) {
    if (step.expect !== 'says' || step.at === undefined || timePasses) return undefined;
    return '"at" is of the scenario’s own time, which passes only where the platform lets it (probe.timePasses)';
  }
  switch (step.do) {
    case 'advance':
      if (timePasses || step.ms <= longestWaitMs) return undefined;
      return `${step.text} can not be waited for: the longest is ${longestWaitMs / 1_000} s`;
    case 'answer':
      return isAskingData ? 'what data sources answer is up to them where they are really asked' : undefined;
    case 'broadcast':
    case 'schedule':
    case 'agent':
    case 'event':
    case 'reply':
    case 'receive':
      return undefined;
  }
}

/** Of what follows from the scenario, in virtual time: what would reach others than the people who do not exist. */
export function refusedEvents(events: readonly Event[]): readonly string[] {
  const reasons = events.flatMap(({ type, data }): readonly string[] => {
    if (type === 'external.rejected') {
      const { type: rejected, reason } = data as { readonly type: string; readonly reason: string };
      return reason === OF_NOBODY ? [`it would emit ${rejected}, which starts with somebody who may be real`] : [];
    }
    if (type !== 'message.requested') return [];
    const { to } = data as { readonly to: Address };
    return schemeOf(to) === PROBE_SCHEME ? [] : [`${to} would get a message`];
  });
  return [...new Set(reasons)];
}
