// The guided tour: six clicks, each of which does what a person would do, and shows
// what slipway did then and why.

import { h, replace } from './dom.js';
import { deed } from './deeds.js';
import { act, become, changed, go, messages, on, state, until } from './store.js';

const ANNA = 'U01ANNA';
const BEN = 'U02BEN';
const CLEO = 'U03CLEO';
const DEPLOYS = 'C0DEPLOYS';
const ALERTS = 'C0ALERTS';

const type = (as, text) => act({ do: 'type', as, channel: DEPLOYS, text });

/** findButton finds the newest button with an action in a channel. */
function findButton(place, action) {
  for (const m of [...messages(place)].reverse()) {
    for (const b of m.blocks ?? []) {
      if ((b.elements ?? []).some((e) => e.action_id === action)) return { channel: place, ts: m.ts, block: b.block_id, action };
    }
  }
  return null;
}

async function press(as, place, action) {
  await until(() => findButton(place, action));
  return act({ do: 'press', as, ...findButton(place, action) });
}

/** says tells whether a message in a place says all of some words. */
const says = (place, ...words) => messages(place).some((m) => {
  const text = m.blocks && !m.private && !m.thread ? JSON.stringify(m.blocks) : '';
  return words.every((word) => text.includes(word));
});

const STEPS = [
  {
    name: 'Deploy', who: ANNA, button: 'Deploy as Anna',
    did: ['Resolves the words to one commit', 'Compares with what is live', 'Posts a message'],
    before: 'Anna wants the basket to survive a reload, in production. She types one line, in the channel where the team talks anyway.',
    after: 'slipway turned her words into one commit, compared it with what is live, and asks those who may say yes. Nothing has started.',
    do: async () => {
      if (state.story.world < 2 || says(DEPLOYS, 'shop-2')) await restart();
      await type(ANNA, '/deploy shop main to production --reason "baskets survive a reload"');
    },
    done: () => says(DEPLOYS, 'shop-2') && findButton(DEPLOYS, 'approve'),
  },
  {
    name: 'Approve', who: BEN, button: 'Approve as Ben',
    did: ['Starts the workflow', 'Records the release at GitHub', 'Edits the card in place'],
    before: 'Nobody approves their own release. Ben sees on the card what goes out, since when, and what the way back would be.',
    after: 'The yes is to this commit, this workflow file and these inputs. slipway wrote down that it is about to start the workflow, then started it, once.',
    do: () => press(BEN, DEPLOYS, 'approve'),
    done: () => state.code.runs.length > 0,
  },
  {
    name: 'Kill', who: BEN, button: 'Kill slipway, and start it again', tab: 'service', goesOn: true,
    did: ['Is told of the run: completed', 'Reads how the run stands', 'Tells GitHub how the release stands'],
    before: 'GitHub runs the workflow. slipway dies in the middle of it, and comes back: all that it knows is in Redis, and how the run stands it asks GitHub.',
    after: 'Live and healthy, and started once. “The workflow was green” would have been half the truth: the shop and its metrics were asked for five seconds whether it works, and which commit it runs.',
    do: async () => {
      await act({ do: 'turn', switch: 'slipway', on: false });
      await until(() => !state.service.switches.slipway);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await act({ do: 'turn', switch: 'slipway', on: true });
      await until(() => state.service.switches.slipway);
    },
    done: () => says(DEPLOYS, '`shop-2`', 'Live and healthy'),
  },
  {
    name: 'Break', who: CLEO, button: 'Ship a fault as Cleo', tab: 'service',
    did: ['Compares with what is live', 'Starts the workflow', 'Posts a message'],
    before: 'Cleo’s next change has a fault that no test has found: with it, most of what the shop answers is an error. It is approved as well.',
    after: 'The run succeeded, and yet slipway says that the release is not healthy, out loud, and counts down: in a few seconds it goes back by itself, unless somebody stops it.',
    do: async () => {
      await act({ do: 'turn', switch: 'bad_change', on: true });
      await type(CLEO, '/deploy shop main to production --reason "pay by card"');
      await until(() => says(DEPLOYS, '`shop-3`') && findButton(DEPLOYS, 'approve'));
      await press(BEN, DEPLOYS, 'approve');
    },
    done: () => says(ALERTS, 'shop-3'),
    show: () => go(ALERTS),
  },
  {
    name: 'Roll back', who: BEN, button: 'Roll back now, as Ben', tab: 'code', goesOn: true,
    did: ['Reads the workflow file', 'Starts the workflow', 'Edits the card in place'],
    before: 'Ben could wait: slipway.yaml says “on_unhealthy: rollback”, and slipway saw the release before run here and be healthy. He could also press Stop or Watch Longer. He presses Roll Back Now.',
    after: 'What was live before is live again, and was watched as well. The faulty commit is in quarantine: it does not come back without a reason.',
    do: async () => {
      const gone = () => says(DEPLOYS, 'shop-4'); // it went back by itself meanwhile
      await until(() => gone() || findButton(ALERTS, 'roll_back_now'));
      if (!gone()) await press(BEN, ALERTS, 'roll_back_now');
    },
    done: () => says(DEPLOYS, '`shop-4`', 'Live and healthy'),
    show: () => go(DEPLOYS),
  },
  {
    name: 'Look back', who: ANNA, button: 'Ask what is live, as Anna',
    did: ['Answers in private'],
    before: 'Afterwards somebody wants to know what happened. Everybody can ask; the answer is private.',
    after: 'Redis remembers every release, and GitHub’s Deployments do too. Now break something yourself, under “Service”: kill slipway in the middle of a deploy, or stop Redis.',
    do: async () => {
      await type(ANNA, '/deploy-status');
      await type(ANNA, '/deploy history shop production');
    },
    done: () => messages(DEPLOYS).filter((m) => m.private && m.ts * 1000 > began).length >= 2,
  },
];

let at = 0; // the step that is next, or goes on
let phase = 'ready'; // ready, going, done
let began = 0; // when the step began
let open = true;

/** restart asks for a fresh world, and waits until it is there. */
async function restart() {
  const before = state.story.world;
  if (!(await act({ do: 'restart' }))) throw new Error('The demo could not begin anew.');
  await until(() => state.story.world > before && messages(DEPLOYS).length > 0);
  began = Date.now() - 50;
}

/** tour shows the tour. */
export function tour() {
  on(['story', 'deeds'], draw);
  on(['chat', 'code'], () => {
    if (phase === 'going' && STEPS[at].done()) finish();
  });
  draw();
}

async function begin() {
  const step = STEPS[at];
  phase = 'going';
  become(step.who);
  go(DEPLOYS);
  if (step.tab) tab(step.tab);
  if (!step.goesOn) began = Date.now() - 50; // else what has happened since belongs to it
  draw();
  try {
    await until(() => state.chat?.me === step.who, 5000);
    await step.do();
  } catch (error) {
    phase = 'ready';
    draw(error.message);
    return;
  }
  if (step.show) setTimeout(() => phase === 'going' && step.show(), 300);
  if (phase === 'going' && step.done()) finish();
  draw();
}

function finish() {
  phase = 'done';
  STEPS[at].show?.();
  draw();
}

function next() {
  if (at < STEPS.length - 1) {
    at++;
    phase = 'ready';
  }
}

function tab(name) {
  state.tab = name;
  changed('tab');
}

/**
 * draw shows the step. When one is done its story is told, and the button is that of
 * the next one, so that the whole tour is six clicks.
 */
function draw(trouble = '') {
  const place = document.getElementById('tour');
  const last = at === STEPS.length - 1 && phase === 'done';
  const upcoming = phase === 'done' && !last ? STEPS[at + 1] : STEPS[at];
  const told = phase === 'ready' ? [] : STEPS[at].did.map((says) => state.deeds.findLast((d) => d.says === says && Date.parse(d.at) >= began)).filter(Boolean);
  const going = phase === 'going';
  const sign = JSON.stringify([at, phase, open, trouble, told, state.story.playing]);
  if (place.dataset.sign === sign) return;
  place.dataset.sign = sign;
  const hadFocus = place.contains(document.activeElement) && document.activeElement.className.includes('go');
  replace(place,
    h('header', { class: 'tour-head' },
      h('h2', {}, 'Tour'),
      h('ol', { class: 'dots', 'aria-label': 'Step ' + (at + 1) + ' of ' + STEPS.length + ': ' + STEPS[at].name }, STEPS.map((s, i) => h('li', { class: i < at || (i === at && phase === 'done') ? 'past' : i === at ? 'now' : '', title: s.name }))),
      h('button', { type: 'button', class: 'fold', 'aria-expanded': String(open), onclick: () => {
        open = !open;
        draw();
      } }, open ? 'Fold' : 'Unfold')),
    h('div', { class: 'tour-body', hidden: !open },
      at === 0 && phase === 'ready' && state.story.playing && h('p', { class: 'playing' }, 'A story is being played here and on the terminal. The tour begins in a fresh world, and so does whatever you touch stop it.'),
      phase !== 'ready' && h('h3', {}, (at + 1) + '. ' + STEPS[at].name + (going ? ' …' : '')),
      phase === 'done' && h('p', { class: 'after' }, STEPS[at].after),
      going && h('p', { class: 'after' }, STEPS[at].before),
      told.length > 0 && h('div', { class: 'told' }, h('h4', {}, 'What slipway did, and why'), h('ol', { class: 'deeds' }, told.map(deed))),
      !going && !last && h('h3', { class: 'next' }, (phase === 'done' ? at + 2 : at + 1) + '. ' + upcoming.name),
      !going && !last && h('p', {}, upcoming.before),
      trouble && h('p', { class: 'wrong', role: 'alert' }, trouble)),
    h('p', { class: 'tour-go' }, last
      ? h('button', { type: 'button', class: 'btn go', onclick: again }, 'Take the tour again')
      : h('button', { type: 'button', class: 'btn primary go', 'aria-busy': going ? 'true' : undefined, disabled: going, onclick: () => {
        if (phase === 'done') next();
        begin();
      } }, going ? STEPS[at].name + ' …' : upcoming.button)));
  place.dataset.step = String(at + 1);
  place.dataset.phase = phase;
  if (hadFocus) place.querySelector('.go')?.focus();
}

function again() {
  at = 0;
  phase = 'ready';
  draw();
}
