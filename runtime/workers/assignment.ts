import type { TenantName } from '../../channels/brands.ts';
import { murmur3 } from '../../channels/partition.ts';

/** A process that works for tenants. */
export interface Member {
  /** Of the place it runs at, the same over restarts: it then gets the partitions whose states it has on its disk. */
  readonly name: string;
  /** Of this run of it. */
  readonly incarnation: string;
}

/**
 * Whose each partition is, in their order: rendezvous hashing with a bounded load. Of all pairs of a partition and a
 * member the one with the highest score is taken first; a member that has its part takes no more. All get the same
 * number, or one more: nobody idles beside somebody who has two. Whoever sees the same members comes to the same
 * answer, in whatever order they are given; that somebody joins or leaves moves little beyond what is theirs.
 */
export function assign(tenant: TenantName, partitions: number, members: readonly Member[]): readonly Member[] {
  const pairs = members.flatMap((member) =>
    Array.from({ length: partitions }, (_, partition) => ({
      ...{ member, partition },
      score: murmur3(Buffer.from(`${member.name} ${tenant} ${partition}`)),
    })),
  );
  pairs.sort((one, other) => other.score - one.score || one.partition - other.partition || order(one, other));
  const part = Math.floor(partitions / members.length);
  let largerParts = partitions % members.length;
  const loads = new Map<Member, number>();
  const owners = new Map<number, Member>();
  for (const { member, partition } of pairs) {
    const load = loads.get(member) ?? 0;
    if (owners.has(partition) || load > part || (load === part && largerParts === 0)) continue;
    if (load === part) largerParts -= 1;
    loads.set(member, load + 1);
    owners.set(partition, member);
  }
  return [...owners].sort(([one], [other]) => one - other).map(([, member]) => member);
}

/** Two that have the same name are told apart by their incarnation. */
function order(one: { readonly member: Member }, other: { readonly member: Member }): number {
  const [a, b] = [textOf(one.member), textOf(other.member)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function textOf({ name, incarnation }: Member): string {
  return `${name} ${incarnation}`;
}
