import type { Finding, TenantReport, TopicReport } from '../../store/check/finding.ts';
import { problemsIn } from '../../store/check/finding.ts';
import { columns } from './columns.ts';

/** For a person: a line a topic, then everything that is wrong. */
export function reportText(report: TenantReport): string {
  const { tenant, topics } = report;
  const heading = ['topic', 'kept messages', 'rows', 'passed over', 'wrong', 'repaired', 'behind', 'for'];
  const findings = topics.flatMap((topic) => topic.findings);
  return [
    `Tenant "${tenant}"\n\n`,
    columns(heading, topics.map(line)),
    findings.length === 0 ? '' : '\n',
    ...findings.map(findingText),
    ...topics.map(unnamed),
    `\n${summary(report)}\n`,
  ].join('');
}

function line({ topic, messages, rows, passedOver, lag, repaired, ...rest }: TopicReport): readonly string[] {
  const behind = lag.messages === 0 ? ['', ''] : [counted(lag.messages), `${(lag.ms / 1000).toFixed(1)} s`];
  const numbers = [messages, rows, passedOver, wrong(rest), repaired].map(counted);
  return [shortName(topic), ...numbers, ...behind];
}

function findingText({ kind, topic, position, id, source, sequence, detail, repaired, unrepairable }: Finding): string {
  const what = [source, sequence, id].filter((part) => part !== undefined).join(' ');
  const outcome =
    repaired === true ? ': repaired' : unrepairable === undefined ? '' : `: not repaired: ${unrepairable}`;
  return `${kind} ${shortName(topic)} ${position}${what === '' ? '' : ` (${what})`}: ${detail}${outcome}\n`;
}

function unnamed({ topic, findings, counts }: TopicReport): string {
  const more = wrong({ counts }) - findings.length;
  return more > 0 ? `${shortName(topic)}: ${counted(more)} more\n` : '';
}

function summary(report: TenantReport): string {
  const problems = problemsIn(report);
  const repaired = report.topics.reduce((sum, topic) => sum + topic.repaired, 0);
  const left = problems === 0 ? 'Everything is stored once.' : `${counted(problems)} wrong.`;
  return repaired === 0 ? left : `${counted(repaired)} repaired. ${left}`;
}

function wrong({ counts }: Pick<TopicReport, 'counts'>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** `persistent://acme/messaging/events-partition-3` → `messaging/events-partition-3` */
function shortName(topic: string): string {
  return topic.split('/').slice(3).join('/');
}

function counted(count: number): string {
  return count.toLocaleString('en');
}
