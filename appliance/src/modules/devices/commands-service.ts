import type {
  CommandArgs,
  CommandName,
  DeviceCommand,
  DeviceCommandPayload,
  DeviceReplyPayload,
} from '../../../contract/devices.ts';
import type { Clock } from '../../platform/clock.ts';
import { toMoment, toMomentOrNull } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Ids } from '../../platform/ids.ts';
import { commandsStore, type EndState } from './commands-store.ts';
import { isOpen, suits } from './devices.ts';
import { commandChanged } from './devices-events.ts';
import { deviceProblems } from './devices-problems.ts';
import { devicesStore } from './devices-store.ts';
import type { DeviceCommandRow, DeviceRow } from './devices-tables.ts';

/** More than anybody waits for; beyond it staff are told that the device does not answer. */
const mostOpen = 50;

export interface Ask {
  name: CommandName;
  args: CommandArgs;
  ttlMs: number;
  /** Username of who asks, or `appliance`. */
  by: string;
}

export interface CommandsServiceDeps {
  clock: Clock;
  ids: Ids;
  events: Events;
  /** Puts a command on the device's topic. */
  send(device: DeviceRow, command: DeviceCommandPayload): void;
  /** Sees to it that the command is expired after `delayMs`, in the same transaction. */
  expireLater(tx: Transaction, commandId: string, delayMs: number): void;
  expireNoMore(tx: Transaction, commandId: string): void;
}

const argsOf = ({ args }: DeviceCommandRow) => JSON.parse(args) as CommandArgs;

export const commandView = (row: DeviceCommandRow): DeviceCommand => ({
  id: row.id,
  device: row.device,
  name: row.name,
  args: argsOf(row),
  state: row.state,
  code: row.code,
  created_by: row.created_by,
  created_at: toMoment(row.created_at),
  expires_at: toMoment(row.expires_at),
  sent_at: toMomentOrNull(row.sent_at),
  ended_at: toMomentOrNull(row.ended_at),
});

export function createCommandsService(deps: CommandsServiceDeps) {
  const { clock, ids, events } = deps;

  function sent(tx: Transaction, device: DeviceRow, row: DeviceCommandRow): DeviceCommandRow {
    const { id: command_id, name, expires_at } = row;
    const payload = { command_id, name, args: argsOf(row), expires_at: toMoment(expires_at) };
    tx.afterCommit(() => deps.send(device, payload));
    return { ...row, state: 'sent', sent_at: clock.now() };
  }

  function end(tx: Transaction, row: DeviceCommandRow, state: EndState, code: string | null = null): void {
    const command = { ...row, state, code, ended_at: clock.now() };
    commandsStore.updateState(tx, command);
    deps.expireNoMore(tx, row.id);
    events.publish(tx, commandChanged, { command });
  }

  function ask(tx: Transaction, device: DeviceRow, { name, args, ttlMs, by }: Ask): DeviceCommandRow {
    const now = clock.now();
    const pending: DeviceCommandRow = {
      id: ids.next(),
      device: device.name,
      name,
      args: JSON.stringify(args),
      state: 'pending',
      code: null,
      created_by: by,
      created_at: now,
      expires_at: now + ttlMs,
      sent_at: null,
      ended_at: null,
    };
    const isAway = devicesStore.presenceOf(tx, device.name)?.presence === 'offline';
    const command = isAway ? pending : sent(tx, device, pending);
    commandsStore.insert(tx, command);
    deps.expireLater(tx, command.id, ttlMs);
    events.publish(tx, commandChanged, { command });
    return command;
  }

  return {
    ask,
    /** What staff ask. Throws `not_found`, `device_is_revoked`, `unsuitable_command`, `too_many_commands`. */
    askByHand(tx: Transaction, deviceId: string, asked: Ask): DeviceCommandRow {
      const device = devicesStore.deviceById(tx, deviceId);
      if (device === undefined) throw new Problem(httpProblems.not_found);
      if (device.revoked_at !== null) throw new Problem(deviceProblems.device_is_revoked);
      if (!suits(device.kind, asked.name)) throw new Problem(deviceProblems.unsuitable_command);
      if (commandsStore.open(tx, device.name).length >= mostOpen)
        throw new Problem(deviceProblems.too_many_commands);
      return ask(tx, device, asked);
    },
    /** The device is there: what it has not answered is sent, for the first time or again. */
    sendOpen(tx: Transaction, deviceName: string): void {
      const open = commandsStore.open(tx, deviceName).filter(({ expires_at }) => expires_at > clock.now());
      const device = open.length === 0 ? undefined : devicesStore.deviceByName(tx, deviceName);
      if (device === undefined) return;
      for (const row of open) {
        const command = sent(tx, device, row);
        commandsStore.updateState(tx, command);
        events.publish(tx, commandChanged, { command });
      }
    },
    /**
     * Takes a reply. One that is repeated, or crossed the withdrawal of its command, changes nothing. Throws
     * `unknown_command`, also for another device's, and `command_over`.
     */
    answer(tx: Transaction, device: string, { command_id, ok, code }: DeviceReplyPayload): void {
      const row = commandsStore.byId(tx, command_id);
      if (row === undefined || row.device !== device) throw new Problem(deviceProblems.unknown_command);
      if (row.state === 'expired') throw new Problem(deviceProblems.command_over);
      if (isOpen(row.state)) end(tx, row, ok ? 'done' : 'refused', ok ? null : (code ?? 'refused'));
    },
    /** Ends an open command without its answer; answers whether the device may have got it. */
    close(tx: Transaction, commandId: string, state: 'done' | 'withdrawn'): boolean {
      const row = commandsStore.byId(tx, commandId);
      if (row !== undefined && isOpen(row.state)) end(tx, row, state);
      return row !== undefined && row.sent_at !== null;
    },
    isOpen(tx: Transaction, commandId: string): boolean {
      const row = commandsStore.byId(tx, commandId);
      return row !== undefined && isOpen(row.state);
    },
    expire(tx: Transaction, commandId: string): void {
      const row = commandsStore.byId(tx, commandId);
      if (row !== undefined && isOpen(row.state)) end(tx, row, 'expired');
    },
    /** A device that may not sign in is asked nothing. */
    withdrawAll(tx: Transaction, device: string): void {
      for (const row of commandsStore.open(tx, device)) end(tx, row, 'withdrawn');
    },
  };
}
export type CommandsService = ReturnType<typeof createCommandsService>;
