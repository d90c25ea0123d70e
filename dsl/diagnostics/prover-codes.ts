/** What is found on the compiled machine: see dsl/prove. */
import type { Explanation } from './yaml-codes.ts';

export type ProverCode =
  | 'step-unreachable'
  | 'interrupt-unreachable'
  | 'dead-end'
  | 'loop-without-wait'
  | 'steps-exceeded'
  | 'rounds-exceeded'
  | 'loop-in-silence'
  | 'wait-without-time-out'
  | 'time-out-after-lifetime'
  | 'failure-unhandled'
  | 'calls-too-deep'
  | 'starts-itself'
  | 'starts-each-other'
  | 'receipt-missing'
  | 'message-after-window'
  | 'stop-unheard'
  | 'help-unheard'
  | 'not-proved';

export const PROVER_DIAGNOSTICS: Readonly<Record<ProverCode, Explanation>> = {
  'step-unreachable': {
    cause: 'Nothing leads to the step, whatever people say and systems answer.',
    fix: 'Lead to it with `goto`, or remove it.',
    severity: 'warning',
  },
  'interrupt-unreachable': {
    cause: 'Nobody can ever say the words of this entry of `anytime`.',
    fix: 'Move it to a flow that waits, or remove it.',
    severity: 'warning',
  },
  'dead-end': {
    cause: 'From here no way leads to an end, whatever the person says; only the lifetime would end the conversation.',
    fix: 'Let a reply, a time-out or a case lead to an `end`.',
  },
  'loop-without-wait': {
    cause:
      'Steps come back to where they began without waiting. A conversation that does so too often after one input fails.',
    fix: 'Put a question or a `delay` into the loop, or use `repeat` with `most`. As a warning: a case may lead out of it.',
  },
  'steps-exceeded': {
    cause:
      'One input may make the conversation pass more than 500 steps without waiting, rounds counted; it then fails.',
    fix: 'Let it wait in between, or lower `most`.',
  },
  'rounds-exceeded': {
    cause: 'Loops inside one another may go round more than 100 times in one conversation; it then fails.',
    fix: 'Lower `most` of one of them.',
  },
  'loop-in-silence': {
    cause: 'While nobody answers, the conversation goes round and round until its lifetime is used up.',
    fix: 'Let the last `silence` lead to an `end`, or count the rounds with `repeat`.',
    severity: 'warning',
  },
  'wait-without-time-out': {
    cause: 'The conversation waits, and no time-out ends that. Of a `handoff` it is a warning.',
    fix: 'Give it `within`.',
  },
  'time-out-after-lifetime': {
    cause:
      'The `lifetime` (3 days where nothing else is said) is used up before the time-out comes, even if the person answers everything before it at once. What stands under it never happens: the conversation expires.',
    fix: 'Give a longer `lifetime`, or shorten the time-outs.',
    severity: 'warning',
  },
  'failure-unhandled': {
    cause: 'A data source may fail, and nothing says what happens then.',
    fix: 'Give the `fetch` a `failed`.',
  },
  'calls-too-deep': {
    cause: 'Snippets call one another more than 8 deep; the conversation then fails.',
    fix: 'Call fewer from one another.',
  },
  'starts-itself': {
    cause:
      'The conversation emits an event that starts it again, or that it waits for itself, and no person and no delay lies in between; `failed` and `expired` count. As an error: it does so without end. The platform stops it after 10 events, but not where the lifetime has to end in between.',
    fix: 'Emit another type, let a `when` tell the two apart, or wait in between.',
  },
  'starts-each-other': {
    cause:
      'The definition emits an event that another one starts by or waits for, what that emits leads back to this one, and no person and no delay lies in between; `failed` and `expired` count. As an error: it does so without end. The platform stops it after 10 events, but not where a lifetime has to end in between.',
    fix: 'Emit another type on the way back, let a `when` tell the two apart, or wait in between.',
    severity: 'warning',
  },
  'receipt-missing': {
    cause:
      'The reply clock starts when the question was delivered (`from: delivered`), which connectors of the project never tell: only the lifetime would end the wait. As a warning: some connectors tell.',
    fix: 'Leave `from` out. If the connector does tell, say so under `connectors` in `project.yaml`.',
  },
  'message-after-window': {
    cause:
      "The message may come later after the person's last one than their connector takes messages: `reply-window` of `connectors` in `project.yaml`, or `--reply-window`.",
    fix: 'Give it a `template`, or shorten the time-outs before it.',
    severity: 'warning',
  },
  'stop-unheard': {
    cause: 'STOP did not silence the conversation in one of its places. This is a fault of Parlance.',
    fix: 'Report it.',
  },
  'help-unheard': {
    cause:
      'HELP was not answered in one of the places of the conversation, or changed it. This is a fault of Parlance.',
    fix: 'Report it.',
  },
  'not-proved': {
    cause:
      'The definition has more places than the prover looks at, or leads to more dialogues than it tries: what it says of the rest holds, but nobody tried it.',
    fix: 'Split it into several conversations.',
    severity: 'warning',
  },
};
