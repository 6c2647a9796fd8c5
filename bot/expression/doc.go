// Package expression reads the expressions of workflow files, ${{ ... }}, and
// tells what they come to for inputs that are known. It is how slipway finds out
// before anybody approves what GitHub will call a run, or in which concurrency
// group it will stand: the text of such a setting may name an input and not show
// it, and may show one that it reaches only through a function.
//
// [Expand] puts values in place of the expressions of a text, and [Evaluate]
// tells the value of one expression. The language is GitHub's (docs: "Evaluate
// expressions in workflows and actions"): literals, the operators, contexts whose
// names know no upper and lower case, the filter `*`, and the functions.
//
// Not everything can be known beforehand: who starts a run, what a variable of
// the repository holds. Such a value is [Unknown], and so is whatever depends on
// it. What is unknown is never taken for something else.
//
// The package evaluates, and does nothing else: it reads no file, and it knows
// no context but those that it is given.
package expression
