import { createRoot } from 'react-dom/client';
import { Root } from './app.js';
import { finishSignIn, readSettings } from './session/oidc.js';
import { Session } from './session/session.js';
import './style.css';

const settings = await readSettings();
const session = new Session(settings);
let failure: Error | null = null;

if (location.pathname.endsWith('/callback')) {
  try {
    const done = await finishSignIn(settings);
    if (done) session.keep(done.tokens);
    history.replaceState(null, '', done?.returnTo ?? '/console/');
  } catch (error) {
    failure = error as Error;
    history.replaceState(null, '', '/console/');
  }
}

createRoot(document.getElementById('root')!).render(<Root session={session} failure={failure} />);
