import { Component, type ReactNode } from 'react';
import { i18n } from '../i18n/i18n.ts';
import { Message } from './message.tsx';

const reloadAfterMs = 15_000;

/** A screen on a wall has nobody to press reload: a broken one says so and begins again by itself. */
export class ScreenGuard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidCatch() {
    setTimeout(() => location.reload(), reloadAfterMs);
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Message title={i18n._('broken.title')}>
        <p>{i18n._('broken.text')}</p>
      </Message>
    );
  }
}
