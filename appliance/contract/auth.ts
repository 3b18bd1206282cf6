import { z } from 'zod';
import { Id, Moment } from './common.ts';

/** Who may act. A device's role is its kind. */
export const Role = z.enum([
  'admin',
  'staff',
  'tablet',
  'rig',
  'glove',
  'board',
  'modem',
  'screen',
  'player',
]);
export type Role = z.infer<typeof Role>;

/**
 * A program that runs beside the appliance, by the token in `keys/service-token`. It is no user: nobody signs in with
 * it, and it is let in only where a route names it.
 */
export const ServiceRole = z.literal('service');
export type ServiceRole = z.infer<typeof ServiceRole>;

export const SignedInUser = z.object({
  id: Id,
  username: z.string(),
  role: Role,
  player_id: Id.nullable(),
});
export type SignedInUser = z.infer<typeof SignedInUser>;

export const LoginRequest = z.strictObject({
  username: z.string().min(1).max(100),
  password: z.string().min(1).max(1000),
  code: z.string().max(20).optional().describe('second factor, where the account has one'),
});
export type LoginRequest = z.infer<typeof LoginRequest>;

export const Session = z.object({ user: SignedInUser, expires_at: Moment });
export type Session = z.infer<typeof Session>;

export const LoginReply = Session.extend({ token: z.string() });
export type LoginReply = z.infer<typeof LoginReply>;

/** With which a page connects to the broker at `/mqtt`; its client id begins with the name and a dash. */
export const MqttToken = z.object({ username: z.string(), password: z.string(), expires_at: Moment });
export type MqttToken = z.infer<typeof MqttToken>;
