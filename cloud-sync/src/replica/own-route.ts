import type { Reply, Route, RouteRequest } from '@dugout/appliance/platform/http/route.ts';
import type { AsSent } from '@dugout/appliance/platform/http/serving.ts';
import type { z } from 'zod';

type Answer<Params, Query, Body> = (
  request: RouteRequest<Params, Query, Body>,
  sent: AsSent,
) => Promise<Reply>;

/** A route that the replica answers by itself, and not as the appliance would. */
export interface OwnRoute extends Route {
  readonly answer: Answer<unknown, unknown, unknown>;
}

type Described = Omit<Route, 'read' | 'write' | 'prepare' | 'remote' | 'params' | 'query' | 'body'>;

interface OwnRouteSpec<Params, Query, Body> extends Described {
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly answer: Answer<Params, Query, Body>;
}

export const ownRoute = <Params = unknown, Query = unknown, Body = undefined>(
  spec: OwnRouteSpec<Params, Query, Body>,
): OwnRoute => spec as unknown as OwnRoute;

export const isOwn = (route: Route): route is OwnRoute => 'answer' in route;
