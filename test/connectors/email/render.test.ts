import { expect } from 'chai';
import * as fc from 'fast-check';
import { escapeHtml } from '../../../channels/html.ts';
import { htmlOfText } from '../../../connectors/email/html.ts';
import { renderEmail } from '../../../connectors/email/render.ts';

const options = { defaultSubject: 'The Clinic' };

describe('rendering an e-mail', () => {
  it('takes the subject of the message, else the default', () => {
    expect(renderEmail({ text: 'a', subject: 'Your appointment' }, options).subject).to.equal('Your appointment');
    expect(renderEmail({ text: 'a' }, options).subject).to.equal('The Clinic');
  });

  it('keeps a subject on one line, so that it can not add headers', () => {
    const { subject } = renderEmail({ text: 'a', subject: 'Hi\r\nBcc: eve@example.org' }, options);
    expect(subject).to.equal('Hi Bcc: eve@example.org');
  });

  it('takes the HTML of the author as it is', () => {
    expect(renderEmail({ text: 'a', html: '<b>a</b>' }, options).html).to.equal('<b>a</b>');
  });

  it('offers choices as links that write what choosing them answers, where it knows where answers go', () => {
    const choices = [{ label: 'Yes & more', value: 'Y & m' }];
    const { html } = renderEmail({ text: 'a', choices }, { ...options, replyTo: 'reply+7@example.org' });
    expect(html).to.contain(
      '<a href="mailto:reply%2B7@example.org?subject=Re%3A%20The%20Clinic&amp;body=Y%20%26%20m">Yes &amp; more</a>',
    );
  });

  it('shows pictures, and other media as links', () => {
    const media = [
      { url: 'https://clinic.example/map.png?x=1', alt: 'Map' },
      { url: 'https://clinic.example/a.pdf' },
      { url: 'javascript:alert(1)', alt: 'no' },
    ];
    const { html, text } = renderEmail({ text: 'a', media }, options);
    expect(html).to.contain('<img src="https://clinic.example/map.png?x=1" alt="Map"');
    expect(html).to.contain('<a href="https://clinic.example/a.pdf">https://clinic.example/a.pdf</a>');
    expect(html).not.to.contain('javascript:');
    expect(text).to.contain('Map: https://clinic.example/map.png?x=1\nhttps://clinic.example/a.pdf');
  });

  it('makes paragraphs, line breaks and links of plain text', () => {
    expect(htmlOfText('Hi\nAna\n\nsee https://example.org/a?b=1&c=2.')).to.equal(
      '<p>Hi<br>Ana</p>\n<p>see <a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>.</p>',
    );
  });

  it('never lets a text become markup', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', ' ', '\n', 'http://', '/') }),
        (text) => {
          const bare = htmlOfText(text).replaceAll(/<\/?p>|<br>|<a href="[^"<>]*">|<\/a>/g, '');
          expect(bare).not.to.match(/[<>"']/);
          expect(escapeHtml(text)).not.to.match(/[<>"']/);
        },
      ),
    );
  });
});
