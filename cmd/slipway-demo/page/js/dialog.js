// The dialog that asks before something is done.

import { h, icon } from './dom.js';
import { plain, textObject } from './text.js';

/** confirmed shows a confirm object and says whether somebody said yes. */
export function confirmed(ask) {
  return new Promise((resolve) => {
    const dialog = h('dialog', { class: 'ask', 'aria-labelledby': 'ask-title' },
      h('form', { method: 'dialog' },
        h('header', {}, h('h2', { id: 'ask-title' }, plain(ask.title)), h('button', { value: 'no', class: 'x', 'aria-label': 'Close', type: 'submit' }, icon('close'))),
        h('div', { class: 'ask-text' }, textObject(ask.text)),
        h('footer', {},
          h('button', { value: 'no', class: 'btn' }, plain(ask.deny)),
          h('button', { value: 'yes', class: 'btn ' + (ask.style === 'danger' ? 'danger' : 'primary'), autofocus: true }, plain(ask.confirm)))));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
