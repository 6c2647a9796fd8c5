package state

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot"
)

// Why a Redis does not answer. The driver only knows that it does not: a Redis that is
// spoken to by TLS and does not know it says nothing, and one that speaks TLS hangs up. So
// whoever opens the store in vain connects once more and looks what stands there.

// listener is one place at which Redis, or a Sentinel, is said to listen.
type listener struct {
	network, address string
	secure           *tls.Config // nil: TLS is not spoken
}

// cause is why something does not answer, and what would help.
type cause struct{ says, mend string }

// explained is the error of a store that could not be opened, with its cause where the
// addresses tell it.
func (o Options) explained(ctx context.Context, err error) error {
	e, is := errors.AsType[*bot.Error](err)
	if !is || e.Says != unexplained && e.Says != unnamed || ctx.Err() != nil {
		return err
	}
	listeners, master := o.listeners()
	if why := firstCause(ctx, listeners, master); why.says != "" {
		e.Says, e.Mend = why.says, why.mend
	}
	return err
}

// listeners are the places that the URL names; for Sentinels with the name of the master.
func (o Options) listeners() (all []listener, master string) {
	network, secure := "tcp", (*tls.Config)(nil)
	var addresses []string
	switch o.Mode {
	case Single:
		if opt, err := redis.ParseURL(o.URL); err == nil {
			network, addresses, secure = opt.Network, []string{opt.Addr}, opt.TLSConfig
		}
	case Sentinel:
		if opt, err := redis.ParseFailoverURL(o.URL); err == nil {
			addresses, secure, master = opt.SentinelAddrs, opt.TLSConfig, opt.MasterName
		}
	case Cluster:
		if opt, err := redis.ParseClusterURL(o.URL); err == nil {
			addresses, secure = opt.Addrs, opt.TLSConfig
		}
	}
	for _, address := range addresses {
		all = append(all, listener{network, address, secure})
	}
	return all, master
}

// firstCause is what is wrong with the first place, if something is with each: one that
// is as it should be would have been enough.
func firstCause(ctx context.Context, all []listener, master string) cause {
	var first cause
	for _, l := range all {
		why := l.look(ctx)
		if why.says == "" && master != "" {
			why = l.lookForMaster(ctx, master)
		}
		if why.says == "" {
			return cause{}
		}
		if first.says == "" {
			first = why
		}
	}
	return first
}

// look connects, and sees what stands there. No cause: a Redis answers as it should.
func (l listener) look(ctx context.Context) cause {
	answer, err := l.plain().asked(ctx, "PING")
	switch {
	case err != nil && isUnconnected(err):
		return l.unconnected(err)
	case isRedis(answer) && l.secure != nil:
		return cause{"Redis does not speak TLS there", "Make redis.url begin with redis:// in place of rediss://."}
	case strings.HasPrefix(answer, "-") && isRedis(answer) && !strings.HasPrefix(answer, "-NOAUTH"): // before anybody says who they are
		says, mend := refusedBy(strings.TrimPrefix(answer[1:], "ERR "))
		return cause{says, mend}
	case isRedis(answer):
		return cause{}
	case strings.HasPrefix(answer, "HTTP/"), strings.HasPrefix(answer, "SSH-"):
		return l.another()
	case l.speaksTLS(ctx):
		return l.lookInside(ctx)
	case answer != "":
		return l.another()
	}
	return cause{l.address + " takes connections and says nothing", "See whether it is Redis that listens there, and whether it hangs, or correct redis.url."}
}

// lookInside is for a place that speaks TLS.
func (l listener) lookInside(ctx context.Context) cause {
	if l.secure == nil {
		return cause{"Redis speaks TLS there, and redis.url does not", "Make redis.url begin with rediss:// in place of redis://."}
	}
	answer, err := l.asked(ctx, "PING")
	if err != nil {
		if says, mend := refusedFor(err); says != "" {
			return cause{says, mend}
		}
	}
	if answer != "" && !isRedis(answer) {
		return l.another()
	}
	return cause{}
}

// lookForMaster asks a Sentinel where the master is, and looks there.
func (l listener) lookForMaster(ctx context.Context, name string) cause {
	answer, err := l.asked(ctx, "SENTINEL get-master-addr-by-name "+name)
	switch {
	case err != nil:
		return cause{}
	case strings.HasPrefix(answer, "-ERR unknown command"):
		return cause{"no Sentinel answers at " + l.address, "Name the Sentinels in redis.url (26379 is their usual port), or set redis.mode to single where Redis itself listens there."}
	case strings.HasPrefix(answer, "-NOAUTH"):
		return cause{"the Sentinels want a password", "Write it into redis.url, as sentinel_password=..."}
	case strings.HasPrefix(answer, "*-1"), strings.HasPrefix(answer, "-IDONTKNOW"):
		return cause{"the Sentinels know no master of the name that redis.url has as master_name", "Correct master_name there; redis-cli -p 26379 sentinel masters tells the names that there are."}
	case strings.HasPrefix(answer, "*2"):
		return cause{"the Sentinels name a master that does not answer", "See whether they have made another one by now, and whether this machine reaches the address that they give."}
	}
	return cause{}
}

func (l listener) another() cause {
	return cause{"what answers at " + l.address + " is no Redis", "Correct host and port in redis.url."}
}

func (l listener) plain() listener {
	l.secure = nil
	return l
}

// lookWithin bounds how long one place is looked at.
const lookWithin = time.Second

// asked gives one command, and the first line of the answer. Whoever hangs up has no
// answer, which is no error.
func (l listener) asked(ctx context.Context, command string) (string, error) {
	connection, err := (&net.Dialer{Timeout: lookWithin}).DialContext(ctx, l.network, l.address)
	if err != nil {
		return "", err
	}
	defer func() { _ = connection.Close() }() // nothing is left to be said
	_ = connection.SetDeadline(time.Now().Add(lookWithin))
	if l.secure != nil {
		secured := tls.Client(connection, l.secure)
		if err := secured.HandshakeContext(ctx); err != nil {
			return "", err
		}
		connection = secured
	}
	if _, err := fmt.Fprintf(connection, "%s\r\n", command); err != nil {
		return "", nil // it hung up
	}
	line, err := bufio.NewReaderSize(connection, 512).ReadSlice('\n')
	if l.secure != nil && err != nil && len(line) == 0 && strings.Contains(err.Error(), "tls: ") {
		return "", err // by TLS 1.3 a client without a certificate is refused only now
	}
	return strings.TrimSpace(string(line)), nil
}

// speaksTLS says whether a handshake is understood; whom it is for, and who may, is not
// looked at.
func (l listener) speaksTLS(ctx context.Context) bool {
	connection, err := (&net.Dialer{Timeout: lookWithin}).DialContext(ctx, l.network, l.address)
	if err != nil {
		return false
	}
	defer func() { _ = connection.Close() }() // nothing was said
	_ = connection.SetDeadline(time.Now().Add(lookWithin))
	err = tls.Client(connection, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}).HandshakeContext(ctx) //nolint:gosec // nothing is sent over it
	return err == nil || strings.HasPrefix(err.Error(), "remote error: tls: ")
}

// isRedis says whether a line is one of Redis's protocol (redis.io/docs, "RESP
// protocol"): a simple string, or a refusal.
func isRedis(line string) bool {
	return line == "+PONG" || len(line) > 2 && line[0] == '-' && line[1] >= 'A' && line[1] <= 'Z'
}

func isUnconnected(err error) bool {
	op, is := errors.AsType[*net.OpError](err)
	return is && op.Op == "dial"
}

// unconnected says why no connection came about.
func (l listener) unconnected(err error) cause {
	late, timed := errors.AsType[net.Error](err)
	unknown, lookup := errors.AsType[*net.DNSError](err)
	switch {
	case lookup:
		return cause{"the name " + unknown.Name + " cannot be looked up from here", "Correct the host in redis.url, or let this machine look it up."}
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
		return cause{"nothing listens at " + l.address, "Start Redis there, or correct redis.url. In a container 127.0.0.1 is the container itself."}
	case timed && late.Timeout():
		return cause{l.address + " takes no connection", "See whether that machine runs and whether a firewall lies between, or correct redis.url."}
	}
	return cause{l.address + " cannot be reached from here", "See whether this machine has a way there, or correct redis.url."}
}
