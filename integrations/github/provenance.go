package github

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v62/github"

	"github.com/slipwayhq/slipway/bot"
)

// Whoever may write deployments can write one that looks like slipway's. So two
// things are asked of one that is to be believed: that slipway's own account
// made it, and that its payload was signed with one of slipway's keys.

const opAccount = "ask GitHub who slipway is there"

// account is who slipway is at GitHub.
type account struct {
	id    int64  // of a token's owner; their login may change
	login string // of an App: its slug and "[bot]", which nobody else can be called
}

// made says whether the account is the maker of something.
func (a account) made(by *github.User) bool {
	if a.id != 0 {
		return by.GetID() == a.id
	}
	return a.login != "" && strings.EqualFold(by.GetLogin(), a.login)
}

// identity finds out once who slipway is.
type identity struct {
	ask func(ctx context.Context) (account, error)

	mu    sync.Mutex
	known *account
}

func (i *identity) account(ctx context.Context) (account, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known == nil {
		found, err := i.ask(ctx)
		if err != nil {
			return account{}, explain(opAccount, "GitHub does not tell whose token it is", err)
		}
		i.known = &found
	}
	return *i.known, nil
}

// askToken asks for the owner of a token.
func askToken(gh *github.Client) func(ctx context.Context) (account, error) {
	return func(ctx context.Context) (account, error) {
		user, _, err := gh.Users.Get(ctx, "")
		if err == nil && user.GetID() == 0 {
			err = errUnreadable
		}
		return account{id: user.GetID()}, err
	}
}

// askApp asks for the name of an App, which is told to the App itself and not
// to its installations.
func askApp(app App, gh *github.Client, bottom http.RoundTripper) (func(ctx context.Context) (account, error), error) {
	transport, err := ghinstallation.NewAppsTransport(bottom, app.ID, app.Key)
	if err != nil {
		return nil, errKey
	}
	own := github.NewClient(&http.Client{Transport: transport})
	own.BaseURL, own.UserAgent = gh.BaseURL, gh.UserAgent
	return func(ctx context.Context) (account, error) {
		found, _, err := own.Apps.Get(ctx, "")
		if err == nil && found.GetSlug() == "" {
			err = errUnreadable
		}
		return account{login: found.GetSlug() + "[bot]"}, err
	}, nil
}

// StateKeys gives the keys that sign what slipway keeps at GitHub: the first one
// signs, and what any of them signed is believed.
type StateKeys func(ctx context.Context) ([]string, error)

// provenance says how far a deployment that names itself slipway's is to be
// believed.
func (c *Client) provenance(ctx context.Context, one *github.Deployment) (bot.Provenance, error) {
	us, err := c.identity.account(ctx)
	if err != nil {
		return "", err
	}
	if !us.made(one.Creator) {
		return bot.Foreign, nil
	}
	keys, err := c.stateKeys(ctx)
	if err != nil {
		return "", err
	}
	raw := slipwayPart(one.Payload)
	given, _ := hex.DecodeString(markOfRaw(raw).Signature) // what is no hex is no signature
	for _, key := range keys {
		if mac, ok := markMAC(key, one.GetSHA(), raw); ok && hmac.Equal(given, mac) {
			return bot.Signed, nil
		}
	}
	return bot.Unsigned, nil
}

// sign signs a mark together with the commit that it is about.
func (c *Client) sign(ctx context.Context, sha string, mark deploymentMark) (deploymentMark, error) {
	keys, err := c.stateKeys(ctx)
	if err != nil || len(keys) == 0 {
		return mark, err
	}
	raw, err := json.Marshal(mark)
	if err != nil {
		return mark, err
	}
	mac, ok := markMAC(keys[0], sha, raw)
	if !ok {
		return mark, errUnreadable
	}
	mark.Signature = hex.EncodeToString(mac)
	return mark, nil
}

// markMAC signs all fields of a mark but the signature, also those that only a
// newer slipway knows, in an order that does not depend on how GitHub gives
// them back.
func markMAC(key, sha string, raw json.RawMessage) ([]byte, bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var fields map[string]any
	if decoder.Decode(&fields) != nil {
		return nil, false
	}
	delete(fields, "signature")
	text, err := json.Marshal(map[string]any{"sha": sha, "slipway": fields})
	if err != nil || key == "" {
		return nil, false
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(text)
	return mac.Sum(nil), true
}
