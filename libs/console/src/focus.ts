import { useEffect, useState } from 'react';

/** Focus goes back to what had it, such as the button that was pressed, when the dialog that took it is gone. */
export function useReturnOfFocus(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}
