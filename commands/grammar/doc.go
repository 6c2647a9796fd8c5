// Package grammar reads what people type: from the text of a command, as Slack
// hands it over, to words, flags and the parts of each verb. It forgives what
// phones, word processors and Slack do to a text, and it never guesses what
// would change the meaning.
//
// # From text to parts
//
//	what Slack sent ──Open──► Text ──Word, Line──► Line ──Deploy, ...──► parts
//
// Open undoes Slack's doings, once: &amp; &lt; &gt; become characters again, an
// automatic link becomes what was typed, <@U1|anna> becomes @anna. Control
// characters become spaces, and a text of more than MaxText bytes is refused.
//
// Line splits into words and flags. Words are separated by any space, the
// non-breaking ones included; plain, typographic or back quotes hold a word
// together. A word that begins with two dashes, or with one of the dashes that
// keyboards make of two, is a flag:
//
//	--reason TEXT   the quoted text, or all up to the next flag or the end
//	--dry-run       say what would happen
//	--again         start another one though an identical one exists
//
// A reason stays as it was typed, for people to read.
//
// # What it does not do
//
// It knows no service, environment or release, so it cannot tell whether a
// word names one; package commands can. Which words are left out, swapped or
// too many it does know, and says so in a *UsageError.
package grammar
