import type { Device } from '@dugout/appliance/contract/devices.ts';
import { Check, ClockAlert, Lightbulb, ShieldAlert } from 'lucide-react';
import { Link } from 'wouter';
import { appliance } from '../../appliance-client/appliance.ts';
import { devicesQuery } from '../../appliance-client/queries.ts';
import { Button } from '../../components/button.tsx';
import { PresenceMark } from '../../components/presence-mark.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { isMessageId, useText } from '../../i18n/use-text.ts';
import { useCommands } from './use-actions.tsx';

/** One device: is it there, since when, how full is it, and what about it needs somebody. */
export function DeviceLine({ device }: { device: Device }) {
  const t = useText();
  const { time } = useFormats();
  const { name, kind, presence, presence_at, battery, revoked } = device;
  return (
    <li className="figures flex flex-wrap items-center gap-x-4 gap-y-1 border-t-2 border-line py-3 first:border-none">
      <span className="grow text-lg font-semibold">
        {kind === 'glove' && !revoked ? (
          <Link href={`/glove?glove=${name}`} className="inline-block min-h-8 content-center underline">
            {name}
          </Link>
        ) : (
          name
        )}
      </span>
      <span className="text-ink-soft">{t(`device.${kind}`)}</span>
      {battery !== null && <span className="text-ink-soft">{t('devices.battery', { battery })}</span>}
      {revoked ? (
        <span className="text-bad">{t('devices.revoked')}</span>
      ) : (
        <PresenceMark presence={presence} />
      )}
      {presence_at !== null && <time dateTime={presence_at}>{time(presence_at)}</time>}
      {!revoked && <IdentifyButton device={device} />}
      <ClockFault device={device} />
      <RefusedMark device={device} />
    </li>
  );
}

/** Makes the device show itself: which of six black boxes is this? */
function IdentifyButton({ device: { id, name } }: { device: Device }) {
  const t = useText();
  const { run } = useCommands();
  return (
    <Button
      tone="quiet"
      icon={Lightbulb}
      aria-label={t('devices.identify', { name })}
      onClick={() =>
        run({
          verb: 'identify',
          subject: { name },
          ask: (key) => appliance.command(id, { name: 'identify' }, key),
        })
      }
    />
  );
}

function ClockFault({ device: { clock } }: { device: Device }) {
  const t = useText();
  const { roughTime } = useFormats();
  if (clock?.is_off !== true) return null;
  return (
    <p className="flex basis-full items-center gap-2 text-accent">
      <ClockAlert aria-hidden className="size-5 shrink-0" />
      {t(clock.offset_ms > 0 ? 'devices.clock_slow' : 'devices.clock_fast', {
        time: roughTime(clock.offset_ms),
      })}
    </p>
  );
}

/** The device sends what it may not, or what nobody understands: somebody should look at it. */
function RefusedMark({ device: { id, name, refused_count, last_refused_reason } }: { device: Device }) {
  const t = useText();
  const { run } = useCommands();
  if (refused_count === 0) return null;
  const reasonId = `devices.refusal.${last_refused_reason}`;
  return (
    <p className="flex basis-full flex-wrap items-center gap-2 text-bad">
      <ShieldAlert aria-hidden className="size-5 shrink-0" />
      <span className="grow">
        {t('devices.refused', {
          count: refused_count,
          reason: isMessageId(reasonId) ? t(reasonId) : (last_refused_reason ?? ''),
        })}
      </span>
      <Button
        tone="quiet"
        icon={Check}
        aria-label={t('devices.clear_marks_of', { name })}
        onClick={() =>
          run({
            verb: 'clear-marks',
            subject: { name },
            ask: (key) => appliance.clearMarks(id, key),
            shownBy: devicesQuery.queryKey,
          })
        }
      >
        {t('devices.clear_marks')}
      </Button>
    </p>
  );
}
