import { useEffect, useEffectEvent, useState } from 'react';
import { type Shortcut, shortcutOf } from './shortcuts.ts';

const remembered = 'dugout.staff.shortcuts';

/** Listens for the console's keys while no dialog is open; whether single keys count is remembered on this device. */
export function useShortcuts(
  react: (shortcut: Shortcut) => void,
): [on: boolean, setOn: (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(remembered) !== 'off');

  const hear = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target;
    const typing = target instanceof HTMLElement && target.closest('input, textarea, dialog') !== null;
    const shortcut = shortcutOf(event, typing, on);
    if (!shortcut) return;
    event.preventDefault();
    react(shortcut);
  });

  useEffect(() => {
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);

  return [
    on,
    (wanted) => {
      localStorage.setItem(remembered, wanted ? 'on' : 'off');
      setOn(wanted);
    },
  ];
}
