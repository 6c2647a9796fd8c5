package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/bot/guard"
	"github.com/slipwayhq/slipway/integrations/slack/blocks"
)

const (
	// homeEvery is how often Home tabs are looked at that somebody may have before
	// them, and homeFor how long after they were opened. Whoever comes back to
	// theirs later opens it again.
	homeEvery = 5 * time.Second
	homeFor   = 10 * time.Minute
	// maxHomes is how many are looked at: far below the hundred a minute that
	// Slack takes, if all of them changed each time.
	maxHomes = 8
)

// homes are the Home tabs that were opened here not long ago, by person, and what
// was drawn there.
type homes struct {
	mu    sync.Mutex
	drawn map[string]drawnHome
}

type drawnHome struct {
	opened  time.Time
	sign    string // what was drawn, whatever its time
	redrawn bool   // it is being redrawn at this moment
}

// opened says that somebody has their Home tab before them. Of more than are looked
// at, the one that was opened longest ago is left as it is.
func (h *homes) opened(user string, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drawn[user] = drawnHome{opened: now, redrawn: h.drawn[user].redrawn}
	oldest := user
	for who, d := range h.drawn {
		if d.opened.Before(h.drawn[oldest].opened) {
			oldest = who
		}
	}
	if len(h.drawn) > maxHomes {
		delete(h.drawn, oldest)
	}
}

// open are those who may have theirs before them.
func (h *homes) open(now time.Time) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var users []string
	for who, d := range h.drawn {
		if now.Sub(d.opened) > homeFor {
			delete(h.drawn, who)
			continue
		}
		users = append(users, who)
	}
	return users
}

// begin says that somebody's is to be redrawn now, unless it still is since the last time.
func (h *homes) begin(user string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	d, kept := h.drawn[user]
	if !kept || d.redrawn {
		return false
	}
	d.redrawn = true
	h.drawn[user] = d
	return true
}

func (h *homes) end(user string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d, kept := h.drawn[user]; kept {
		d.redrawn = false
		h.drawn[user] = d
	}
}

// isDrawn says whether somebody's tab shows this already.
func (h *homes) isDrawn(user, sign string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.drawn[user].sign == sign
}

// note keeps what is shown now, of those that are looked at.
func (h *homes) note(user, sign string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d, kept := h.drawn[user]; kept {
		d.sign = sign
		h.drawn[user] = d
	}
}

// homeOpened draws the Home tab of whoever opened it.
func (in *Inbound) homeOpened(ctx context.Context, o opened) reply {
	if !o.isFor(in.team) || o.tab != "home" || !blocks.ValidUserID(o.user) {
		return ok()
	}
	in.homes.opened(o.user, time.Now())
	in.later.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), laterWithin)
		defer cancel()
		in.draw(ctx, o.user, bot.FromCommand)
	})
	return ok()
}

// opens opens the form of a verb. The answer to it goes to a direct message: a Home tab
// is in no channel.
func (in *Inbound) opens(ctx context.Context, o opening) reply {
	to := bot.Reply{To: bot.Person{ID: o.user}}
	who := asker{user: o.user, to: to, from: o.from, refuse: in.afterwards(ctx, to), wait: in.afterwards(ctx, to)}
	return in.asked(ctx, who, func(ctx context.Context, m member) reply {
		to.To = m.Person
		answer, err := in.handler.Command(ctx, bot.Invocation{
			Verb: o.verb, By: m.Person, Guest: m.guest, Zone: m.zone, Source: bot.FromCommand, Key: o.trigger, Reply: to,
		})
		if err != nil {
			in.logger.ErrorContext(ctx, "a form could not be made", slog.Any("error", err))
			in.after(ctx, to, blocks.Sentence(unopenedForm))
			return ok()
		}
		if form, asks := formOf(answer, blocks.Context{}); asks {
			in.open(ctx, o.trigger, to, form, blocks.Sentence(unopenedForm))
		} else if answer != nil {
			in.after(ctx, to, blocks.Answer(answer))
		}
		return ok()
	})
}

// Homes keeps the Home tabs true that people may have before them, until ctx is
// cancelled.
func (in *Inbound) Homes(ctx context.Context) error {
	tick := time.NewTicker(homeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			in.redraw(ctx, now)
		}
	}
}

// redraw draws all of them next to each other, and waits for none: what takes long for one
// keeps no other from being true, now or the next time.
func (in *Inbound) redraw(ctx context.Context, now time.Time) {
	for _, user := range in.homes.open(now) {
		if !in.homes.begin(user) {
			continue
		}
		in.later.Go(func() {
			defer in.homes.end(user)
			ctx, cancel := context.WithTimeout(ctx, laterWithin)
			defer cancel()
			in.draw(ctx, user, bot.FromRule)
		})
	}
}

// draw draws somebody's Home tab, unless it shows the same already. What cannot be
// read now is drawn the next time. What slipway draws by itself is no look of theirs.
func (in *Inbound) draw(ctx context.Context, user string, source bot.Source) {
	err := guard.Do(func() error {
		view, sign, err := in.homeOf(ctx, user, source)
		if err != nil || view == nil || in.homes.isDrawn(user, sign) {
			return err
		}
		if err := in.sender.publishHome(ctx, user, *view); err != nil {
			return err
		}
		in.homes.note(user, sign)
		return nil
	})
	if err != nil && ctx.Err() == nil {
		in.logger.WarnContext(ctx, "somebody's Home tab could not be drawn", slog.Any("error", err))
	}
}

// homeOf is what somebody's Home tab shows; nil: it stays as it is.
func (in *Inbound) homeOf(ctx context.Context, user string, source bot.Source) (view *slackgo.HomeTabViewRequest, sign string, err error) {
	who, err := in.people.who(ctx, user)
	if err != nil {
		return nil, "", err
	}
	answer, err := in.handler.Command(ctx, bot.Invocation{
		Verb: "mine", By: who.Person, Guest: who.guest, Zone: who.zone, Source: source, Reply: bot.Reply{To: who.Person},
	})
	if err != nil {
		return nil, "", err
	}
	drawn := slackgo.HomeTabViewRequest{}
	switch a := answer.(type) {
	case bot.Mine:
		drawn = blocks.Home(a)
		a.Now, a.Board.Now = time.Time{}, time.Time{}
		sign, err = signOf(blocks.Home(a))
	case bot.Problem:
		drawn = blocks.HomeOfNobody(a.Says)
		sign, err = signOf(drawn)
	default:
		return nil, "", nil
	}
	return &drawn, sign, err
}

func signOf(v slackgo.HomeTabViewRequest) (string, error) {
	sign, err := json.Marshal(v)
	return string(sign), err
}

// publishHome shows somebody's Home tab.
func (s *Sender) publishHome(ctx context.Context, user string, view slackgo.HomeTabViewRequest) error {
	return s.call(ctx, methodHome, "", func() error {
		_, err := s.api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{UserID: user, View: view})
		return err
	})
}
