package engine

import (
	"context"
	"time"

	"github.com/slipwayhq/slipway/bot"
)

// quiet is a store in which everything is understood.
type quiet struct{}

func (quiet) Doubts(context.Context) ([]bot.Doubt, error)                   { return nil, nil }
func (quiet) Raise(context.Context, bot.Doubt) error                        { return nil }
func (quiet) Look(context.Context, bot.Doubt, bot.Look) (bool, error)       { return false, nil }
func (quiet) Lift(context.Context, bot.Doubt) error                         { return nil }
func (quiet) Unshown(context.Context, time.Duration) ([]bot.Unshown, error) { return nil, nil }
func (quiet) Unwatch(context.Context, string) error                         { return nil }
func (quiet) TakeUp(context.Context, string) error                          { return nil }

func (quiet) Stumble(context.Context, string, int64, time.Duration, int) (int, error) { return 0, nil }

func (quiet) Troubles(context.Context) ([]bot.Trouble, error)                  { return nil, nil }
func (quiet) LiftTrouble(context.Context, bot.Trouble) error                   { return nil }
func (quiet) MayTell(context.Context, bot.Trouble, string) (bool, error)       { return false, nil }
func (quiet) TroubleTold(context.Context, bot.Trouble, string) error           { return nil }
func (quiet) CardsUnderWay(context.Context) (map[string]bot.MessageRef, error) { return nil, nil }
func (quiet) Stands(context.Context, bot.MessageRef) (bool, error)             { return true, nil }
func (quiet) MessageGone(context.Context, bot.MessageKey, bot.MessageRef, string) (bool, error) {
	return true, nil
}

func (quiet) LookAtAlerts(context.Context) error { return nil }
