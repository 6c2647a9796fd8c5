package slack

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

// Forms answers while somebody fills in a form. It changes nothing.
type Forms interface {
	// Suggest offers the refs that somebody may mean who types into a field.
	Suggest(ctx context.Context, t bot.Typing) ([]bot.KnownRef, error)
	// Targets is the same for targets.
	Targets(t bot.Typing) []bot.Target
	// Preview says what a form would do if it were sent now.
	Preview(ctx context.Context, s bot.Submission) (bot.Answer, error)
}

const (
	// suggestWithin bounds how long a field waits for what it offers.
	suggestWithin = 2 * time.Second
	// formLife is how long a form is remembered that nobody touches.
	formLife = time.Hour
	// maxForms bounds how many are.
	maxForms = 1000
	// drawnWithin is how long the answer to a form waits for a drawing of it.
	drawnWithin = 500 * time.Millisecond
)

// suggested offers what somebody may mean who types into the field of a form.
func (in *Inbound) suggested(ctx context.Context, s suggestion) reply {
	none := reply{body: blocks.NoSuggestions()}
	if in.forms == nil || in.isForeign(s.from) || !blocks.IsSearched(s.form, s.field) {
		return none
	}
	ctx, cancel := context.WithTimeout(ctx, suggestWithin)
	defer cancel()
	who, err := in.people.who(ctx, s.user)
	if err != nil || who.guest {
		return none
	}
	typing := bot.Typing{Text: s.typed, By: who.Person, Guest: who.guest}
	var offers any
	err = guard.Do(func() (err error) {
		if s.field == blocks.FieldTarget {
			offers = blocks.TargetSuggestions(in.forms.Targets(typing))
			return nil
		}
		var refs []bot.KnownRef
		refs, err = in.refs(ctx, s, typing)
		offers = blocks.Suggestions(refs, s.typed, time.Now())
		return err
	})
	if err != nil { // what was typed can be taken all the same
		in.logger.WarnContext(ctx, "what there is to choose from could not be listed", slog.Any("error", err))
	}
	if offers == nil {
		return none
	}
	return reply{body: offers}
}

// refs are those that somebody may mean, for the target that they chose.
func (in *Inbound) refs(ctx context.Context, s suggestion, typing bot.Typing) (refs []bot.KnownRef, err error) {
	carried, _ := blocks.ReadContext(s.carried) // of a form that is not ours: nothing
	if newer, known := in.drawn.carried(s.view); known {
		carried = newer // what was chosen may not be drawn yet
	}
	target, chosen := blocks.ChosenTarget(carried)
	if !chosen {
		return nil, nil
	}
	typing.Target = target
	return in.forms.Suggest(ctx, typing)
}

// chosen shows below a form what it would do, once Slack has its acknowledgement.
func (in *Inbound) chosen(ctx context.Context, c choice) reply {
	if in.forms == nil || in.isForeign(c.from) {
		return ok()
	}
	form, err := blocks.ReadOpenForm(c.raw)
	if err != nil {
		in.logger.WarnContext(ctx, "a form could not be read", slog.Any("error", err))
		return ok()
	}
	entry, enough := form.ReadChoice(c.entered)
	if !enough {
		return ok()
	}
	in.show(ctx, filled{form, entry, c.user, c.view, c.hash})
	return ok()
}

// filled is a form in which something is chosen.
type filled struct {
	form  blocks.OpenForm
	entry bot.Entry
	user  string
	view  string // the form's own id
	hash  string // of the form in which it was chosen
}

// show shows below a form what it would do.
func (in *Inbound) show(ctx context.Context, f filled) {
	f.form.Chose(targetOf(f.entry))
	turn, ctx := in.drawn.turn(context.WithoutCancel(ctx), f.view, f.hash, f.form.Carried)
	in.later.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, laterWithin)
		defer cancel()
		if err := guard.Do(func() error { return in.preview(ctx, f, turn) }); err != nil && !errors.Is(err, errOvertaken) && !errors.Is(err, context.Canceled) {
			in.logger.WarnContext(ctx, "a form could not be drawn anew", slog.Any("error", err))
		}
	})
}

// shownMore shows more of what is chosen in a form from the beginning.
func (in *Inbound) shownMore(ctx context.Context, user string, view slackgo.ModalViewRequest, id, hash string) {
	form, ours := blocks.Opened(view)
	if !ours || in.forms == nil {
		return
	}
	if entry, begins := form.Begins(); begins {
		in.show(ctx, filled{form, entry, user, id, hash})
	}
}

func targetOf(e bot.Entry) bot.Target {
	switch e := e.(type) {
	case bot.DeployEntry:
		return e.Target
	case bot.TargetEntry:
		return e.Target
	case bot.RollbackEntry:
		return e.Target
	case bot.IncidentEntry: // it is about all of them
	}
	return bot.Target{}
}

// preview draws a form again twice: with the word that it is being worked out, and
// with what came of it.
func (in *Inbound) preview(ctx context.Context, f filled, turn *turn) error {
	form := f.form
	who, err := in.people.who(ctx, f.user)
	if err != nil || who.guest {
		return err
	}
	if err := turn.draw(ctx, in.sender, form.Showing(blocks.Working())); err != nil {
		return err
	}
	answer, err := in.forms.Preview(ctx, bot.Submission{
		Entry: f.entry, By: who.Person, Guest: who.guest, Source: bot.FromCommand, Reply: bot.Reply{To: who.Person, Channel: form.Carried.Channel, Thread: form.Carried.Thread},
	})
	if err != nil {
		in.logger.WarnContext(ctx, "what a form would do could not be worked out", slog.Any("error", err))
		return turn.draw(ctx, in.sender, form.Showing(blocks.Unworked()))
	}
	if next, asks := formOf(answer, form.Carried); asks {
		return turn.draw(ctx, in.sender, next)
	}
	return turn.draw(ctx, in.sender, form.Showing(blocks.Foreseen(answer)))
}

// openForms are the forms that were drawn again not long ago, by the id of their view.
// Choices may overtake each other on their way: only the last one is shown.
type openForms struct {
	mu   sync.Mutex
	byID map[string]*openForm
}

// openForm is a form as it was last drawn.
type openForm struct {
	drawing chan struct{} // holds one while it is drawn, so that one drawing is behind another

	// The rest is guarded by the mutex of all.
	last    int    // the turn of the last choice
	hash    string // of what was last drawn; empty: nothing was
	carried blocks.Context
	touched time.Time
	stop    context.CancelFunc // stops what works for the last choice
}

// turn is one choice in a form.
type turn struct {
	all   *openForms
	form  *openForm
	view  string // the id of the form
	n     int
	hash  string // of the form in which it was chosen
	drawn bool
}

// errOvertaken says that a later choice is shown, or that the form is closed.
var errOvertaken = errors.New("something else was chosen meanwhile, or the form is closed")

// turn begins a choice, and stops what works for the one before it.
func (o *openForms) turn(ctx context.Context, view, hash string, carried blocks.Context) (*turn, context.Context) {
	ctx, stop := context.WithCancel(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.forget(now)
	f := o.byID[view]
	if f == nil {
		f = &openForm{drawing: make(chan struct{}, 1), stop: func() {}}
		o.byID[view] = f
	}
	f.stop()
	f.last, f.carried, f.touched, f.stop = f.last+1, carried, now, stop
	return &turn{all: o, form: f, view: view, n: f.last, hash: hash}, ctx
}

// forget lets go of the forms that nobody has touched for long; of all, if there are
// too many: then the hash that a choice brings along has to do. The caller holds mu.
func (o *openForms) forget(now time.Time) {
	for id, f := range o.byID {
		if now.Sub(f.touched) > formLife || len(o.byID) >= maxForms {
			f.stop()
			delete(o.byID, id)
		}
	}
}

// replaced forgets a form in whose place another one comes, under the same id: what is
// worked out for the old one must not be drawn over the new one. What is being drawn at
// this moment is waited for, so that Slack has it first.
func (o *openForms) replaced(ctx context.Context, view string) {
	o.mu.Lock()
	f := o.byID[view]
	if f != nil {
		f.stop()
		f.last++
		delete(o.byID, view)
	}
	o.mu.Unlock()
	if f == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, drawnWithin)
	defer cancel()
	select {
	case f.drawing <- struct{}{}:
		<-f.drawing
	case <-ctx.Done():
	}
}

// carried is what a form carries since the last choice in it.
func (o *openForms) carried(view string) (blocks.Context, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.byID[view]
	if f == nil {
		return blocks.Context{}, false
	}
	return f.carried, true
}

// draw shows a form again, unless something else was chosen meanwhile. Another replica
// may have drawn an earlier choice; what is worked out is only drawn upon what this
// turn drew itself.
func (t *turn) draw(ctx context.Context, to *Sender, v slackgo.ModalViewRequest) error {
	t.form.drawing <- struct{}{}
	defer func() { <-t.form.drawing }()
	hash, isLast := t.upon()
	if !isLast {
		return errOvertaken
	}
	// A drawing that is stopped half way may be seen or not; so none is.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	fresh, err := to.updateView(ctx, t.view, hash, v)
	if errors.Is(err, errRedrawn) && !t.drawn {
		if _, isLast := t.upon(); !isLast {
			return errOvertaken
		}
		fresh, err = to.updateView(ctx, t.view, "", v)
	}
	switch {
	case errors.Is(err, errRedrawn), errors.Is(err, errClosed):
		return errOvertaken
	case err != nil:
		return err
	}
	t.drawn = true
	t.all.mu.Lock()
	defer t.all.mu.Unlock()
	t.form.hash = fresh
	return nil
}

// upon is the hash of what a form shows, and whether the turn is the last one.
func (t *turn) upon() (hash string, isLast bool) {
	t.all.mu.Lock()
	defer t.all.mu.Unlock()
	return cmp.Or(t.form.hash, t.hash), t.n == t.form.last
}

// updateView puts another view in place of one that is open, if that still has
// the hash; it gives the new one's.
func (s *Sender) updateView(ctx context.Context, id, hash string, view slackgo.ModalViewRequest) (fresh string, err error) {
	if err := blocks.CheckView(view); err != nil {
		return "", &bot.Error{Kind: bot.Internal, Op: methodUpdate, Err: err}
	}
	err = s.call(ctx, methodUpdate, "", func() error {
		answer, err := s.api.UpdateViewContext(ctx, view, "", hash, id)
		if err == nil {
			fresh = answer.Hash
		}
		return err
	})
	return fresh, err
}
