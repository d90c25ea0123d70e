/** The field at the bottom, its button, and the address line below. */
const element = (id) => document.getElementById(id);

/** How many characters before the limit it is shown. */
const SHOW_LEFT_BELOW = 300;

export class Composer {
  #text = element('text');
  #send = element('send');
  #max = 4_000;
  #submit;

  /** `submit(text)`: false = keep it in the field. */
  constructor(submit) {
    this.#submit = submit;
    this.#text.addEventListener('input', () => this.#changed());
    this.#text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#go();
    });
    element('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#go();
    });
    element('copy').onclick = () => void copyAddress();
    this.#changed();
  }

  limit(maxCharacters) {
    this.#max = maxCharacters;
    this.#changed();
  }

  #go() {
    const text = this.#text.value.trim();
    if (this.#send.disabled || !this.#submit(text)) return;
    this.#text.value = '';
    this.#changed();
    this.#text.focus();
  }

  #changed() {
    const { value } = this.#text;
    const left = this.#max - value.trim().length;
    this.#send.disabled = value.trim() === '' || left < 0;
    const note = element('left');
    note.hidden = left > SHOW_LEFT_BELOW;
    note.textContent = left < 0 ? `${-left} too many` : `${left} left`;
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }
}

async function copyAddress() {
  const button = element('copy');
  const address = element('address');
  try {
    await navigator.clipboard.writeText(address.textContent);
    button.textContent = 'Copied';
  } catch {
    // No clipboard on plain http: selected, it is one key away.
    getSelection().selectAllChildren(address);
    button.textContent = 'Selected';
  }
  setTimeout(() => (button.textContent = 'Copy'), 2_000);
}
