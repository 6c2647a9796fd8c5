package planner

import "github.com/slipwayhq/slipway/bot/bottest"

var noon = bottest.Noon()
