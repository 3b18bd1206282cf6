import type { SiteReplica } from '../ranges/site-replica.ts';

/** A daemon that has nothing to ship says every three seconds that it is there. */
const silenceMs = 8_000;

/** Whether an appliance of this site is alive: what it last told the cloud is recent, and it tells more meanwhile. */
export async function stillSpeaks({ site, cloud, clock }: Pick<SiteReplica, 'site' | 'cloud' | 'clock'>) {
  const connection = await cloud.connect('dugout restore');
  const lastWord = async () => {
    const { rows } = await connection.query(
      'SELECT heartbeat_at, sync.now_ms() AS now FROM sync.site WHERE site_id = $1',
      [site],
    );
    const [row] = rows as { heartbeat_at: string | null; now: string }[];
    return row === undefined ? undefined : { at: Number(row.heartbeat_at), now: Number(row.now) };
  };
  try {
    const before = await lastWord();
    if (before === undefined || before.now - before.at > silenceMs) return false;
    await new Promise<void>((resolve) => void clock.deadline(silenceMs, resolve));
    const after = await lastWord();
    return after !== undefined && after.at > before.at;
  } finally {
    await connection.close();
  }
}
