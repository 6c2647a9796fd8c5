package main

import (
	"errors"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// unreached adds to the error of a platform that did not answer what stood in its way, where
// that is a name, a port or TLS, which whoever set slipway up can mend. setting is where its
// address stands.
func unreached(err error, setting string) error {
	e, is := errors.AsType[*bot.Error](err)
	if !is || e.Kind != bot.Unavailable && e.Kind != bot.NeverSent {
		return err
	}
	fault := reach.Fault(e.Err)
	if fault == "" {
		return err
	}
	return &bot.Error{
		Kind: e.Kind, Op: e.Op, Says: e.Says + ", since " + fault, Err: e.Err,
		Mend: "See what stands between this machine and there (its look-up of names, a firewall, a proxy, the certificates that it trusts), or correct " + setting + ".",
	}
}
