import { Id } from '@dugout/appliance/contract/common.ts';
import { Problem as ProblemDocument } from '@dugout/appliance/contract/problems.ts';
import { Command, CommandList } from '@dugout/appliance/contract/replication.ts';
import { toMoment, toMomentOrNull } from '@dugout/appliance/platform/clock.ts';
import { Problem } from '@dugout/appliance/platform/errors.ts';
import { httpProblems } from '@dugout/appliance/platform/http/http-problems.ts';
import type { Principal } from '@dugout/appliance/platform/http/principal.ts';
import { ok } from '@dugout/appliance/platform/http/route.ts';
import { z } from 'zod';
import { isOpen } from './commands-desk.ts';
import { type CommandState, commandsStore } from './commands-store.ts';
import { type OwnRoute, ownRoute } from './own-route.ts';
import { replicaProblems } from './replica-problems.ts';
import { ageHeaders } from './site-age.ts';
import type { Moment, SiteTransactions } from './site-transactions.ts';

/** How many of the newest are shown. */
const shown = 100;
const params = z.object({ id: Id });
const about = { tag: 'commands', access: 'public' } as const;

const isStaff = ({ role }: Principal): boolean => role === 'admin' || role === 'staff';

/** Whoever knows the id of a command that nobody signed in for has sent it, or was told by who did. */
const maySee = (principal: Principal, { actor_id }: CommandState): boolean =>
  isStaff(principal) || actor_id === principal.userId || actor_id === '';

/** The venue's answer can hold a secret that is for its sender alone. */
function commandView(state: CommandState, principal: Principal): Command {
  const { answer } = state;
  const problem = ProblemDocument.safeParse(answer?.body);
  return {
    command_id: state.id,
    status: state.status,
    method: state.method,
    path: state.path,
    summary: state.summary,
    actor: state.actor_name,
    created_at: toMoment(state.created_at),
    expires_at: toMoment(state.expires_at),
    fetched_at: toMomentOrNull(state.fetched_at),
    ended_at: toMomentOrNull(state.executed_at),
    cancel_asked_at: toMomentOrNull(state.cancel_asked_at),
    answer: state.actor_id === principal.userId ? answer : null,
    problem: problem.success && answer !== null && answer.status >= 400 ? problem.data : null,
  };
}

/** What was asked of the venue from afar, and what became of it. */
export function commandsRoutes(transactions: SiteTransactions, site: string): OwnRoute[] {
  async function found({ connection }: Moment, id: string, principal: Principal): Promise<CommandState> {
    const state = await commandsStore.state(connection, id);
    if (state === undefined || !maySee(principal, state)) throw new Problem(httpProblems.not_found);
    return state;
  }

  return [
    ownRoute({
      ...about,
      access: 'signed_in',
      method: 'GET',
      path: '/api/commands',
      summary: 'What was asked of the venue from afar, newest first: staff see all, others their own',
      replies: { 200: CommandList },
      answer: ({ principal }) =>
        transactions.read(site, async ({ connection, watermark }) => {
          const states = await commandsStore.newest(
            connection,
            shown,
            isStaff(principal) ? null : principal.userId,
          );
          const items = states.map((state) => commandView(state, principal));
          return { ...ok({ items }), headers: ageHeaders(watermark) };
        }),
    }),
    ownRoute({
      ...about,
      method: 'GET',
      path: '/api/commands/:id',
      summary: 'What became of it; the venue’s answer is for whoever asked',
      params,
      replies: { 200: Command },
      answer: ({ params: { id }, principal }) =>
        transactions.read(site, async (moment) => ({
          ...ok(commandView(await found(moment, id, principal), principal)),
          headers: ageHeaders(moment.watermark),
        })),
    }),
    ownRoute({
      ...about,
      method: 'POST',
      path: '/api/commands/:id/cancel',
      summary: 'Take it back: at once while the venue has not heard of it, else the venue decides',
      params,
      replies: { 200: Command },
      async answer({ params: { id }, principal }) {
        await transactions.read(site, async (moment) => {
          const state = await found(moment, id, principal);
          if (!isOpen(state) && state.status !== 'cancelled')
            throw new Problem(replicaProblems.action_over, undefined, { command_status: state.status });
        });
        await transactions.write(site, async (connection) => {
          await commandsStore.askToCancel(connection, id);
          await commandsStore.ring(connection, site);
        });
        return transactions.read(site, async (moment) => ({
          ...ok(commandView(await found(moment, id, principal), principal)),
          headers: ageHeaders(moment.watermark),
        }));
      },
    }),
  ];
}
