import { Volume2, VolumeX } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { useText } from '../i18n/use-text.ts';
import { chime, isAudible, makeAudible } from './chime.ts';

/** Shown only where the browser keeps the page silent until somebody touches it. */
export function SoundSwitch() {
  const t = useText();
  const [audible, setAudible] = useState(isAudible);
  const [tried, setTried] = useState(false);
  if (audible) return null;
  const turnOn = async () => {
    const worked = await makeAudible();
    setTried(!worked);
    setAudible(worked);
    if (worked) chime(1);
  };
  return (
    <Button tone="plain" icon={tried ? VolumeX : Volume2} onClick={() => void turnOn()}>
      {t(tried ? 'calls.no_sound' : 'calls.turn_sound_on')}
    </Button>
  );
}
