import { lazy, Suspense } from 'react';
import { Route, Router, Switch } from 'wouter';
import { siteBase } from './appliance-client/site-path.ts';
import { Message } from './components/message.tsx';
import { useText } from './i18n/use-text.ts';

const Chooser = lazy(() => import('./screens/chooser/chooser-screen.tsx'));
const SignIn = lazy(() => import('./screens/sign-in/sign-in-screen.tsx'));
const SignUp = lazy(() => import('./screens/sign-up/sign-up-screen.tsx'));
const Board = lazy(() => import('./screens/board/board-screen.tsx'));
const Leaderboard = lazy(() => import('./screens/leaderboard/leaderboard-screen.tsx'));
const Sites = lazy(() => import('./screens/sites/sites-screen.tsx'));
const Staff = lazy(() => import('./screens/staff/staff-screen.tsx'));
const Gloves = lazy(() => import('./screens/glove/glove-screen.tsx'));
const Progress = lazy(() => import('./screens/progress/progress-screen.tsx'));
const Rig = lazy(() => import('./screens/rig/rig-screen.tsx'));

/** Each screen is loaded on its own: a board does not pay for the console. */
export function App() {
  const t = useText();
  return (
    <Suspense fallback={<Message title={t('starting')} />}>
      <Router base={siteBase}>
        <Switch>
          <Route path="/" component={Chooser} />
          <Route path="/sign-in" component={SignIn} />
          <Route path="/sign-up" component={SignUp} />
          <Route path="/board" component={Board} />
          <Route path="/leaderboard" component={Leaderboard} />
          <Route path="/sites" component={Sites} />
          <Route path="/staff" component={Staff} />
          <Route path="/rig" component={Rig} />
          <Route path="/glove" component={Gloves} />
          <Route path="/progress" component={Progress} />
          <Route>
            <Message title={t('not_found')} />
          </Route>
        </Switch>
      </Router>
    </Suspense>
  );
}
