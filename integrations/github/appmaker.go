package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	"github.com/google/go-github/v62/github"
)

// NewApp is what GitHub makes of an App's manifest: who the App is, with its secrets
// (docs: "Registering a GitHub App from a manifest").
type NewApp struct {
	ID            int64  `json:"id"`
	Slug          string `json:"slug"`
	Page          string `json:"html_url"`
	Key           string `json:"pem"`
	WebhookSecret string `json:"webhook_secret"`
}

// AppManifest is the manifest of the App that slipway needs: the permissions that
// README lists, and nothing else. Where slipway has no public address its webhook is
// off.
func AppManifest(name, homepage, redirect, hook string) ([]byte, error) {
	m := map[string]any{
		"name": name, "url": homepage, "redirect_url": redirect, "public": false,
		"default_permissions": map[string]string{
			"actions": "write", "deployments": "write", "contents": "read", "checks": "read", "statuses": "read", "pull_requests": "read",
			"metadata": "read", "members": "read",
		},
	}
	if hook != "" {
		m["hook_attributes"] = map[string]any{"url": hook, "active": true}
		m["default_events"] = []string{"workflow_run", "workflow_job", "deployment_status"}
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write the manifest of the GitHub App: %w", err)
	}
	return text, nil
}

// conversionTime bounds the exchange of a code.
const conversionTime = 15 * time.Second

// ConvertManifest exchanges the code that GitHub gave for the App that it made. The
// code is good for an hour and once; no credentials are needed.
func ConvertManifest(ctx context.Context, api, code string) (NewApp, error) {
	const op = "make the GitHub App"
	base, err := apiURL(api)
	if err != nil {
		return NewApp{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, conversionTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base.JoinPath("app-manifests", url.PathEscape(code), "conversions").String(), http.NoBody)
	if err != nil {
		return NewApp{}, invalid(op, "the code is not one that GitHub gives", "")
	}
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("User-Agent", userAgent)
	resp, err := (&http.Client{Transport: newWire(nil)}).Do(req)
	if err != nil {
		return NewApp{}, explain(op, "", errors.Unwrap(err)) // the address holds the code
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxWorkflow))
	var made NewApp
	switch {
	case err != nil:
		return NewApp{}, explain(op, "", err)
	case resp.StatusCode != http.StatusCreated:
		return NewApp{}, notFound(op, fmt.Sprintf("GitHub did not take the code (%d)", resp.StatusCode), "Each code is good once and for an hour: begin again.")
	case json.NewDecoder(bytes.NewReader(body)).Decode(&made) != nil || made.ID <= 0 || !strings.Contains(made.Key, "PRIVATE KEY"):
		return NewApp{}, explain(op, "", errUnreadable)
	}
	return made, nil
}

// InstallationOf finds where an App is installed for a repository. Kind bot.NotFound:
// it is not yet.
func InstallationOf(ctx context.Context, api string, app int64, key []byte, repo string) (int64, error) {
	r, err := parseRepository(repo)
	if err != nil {
		return 0, err
	}
	base, err := apiURL(api)
	if err != nil {
		return 0, err
	}
	signed, err := ghinstallation.NewAppsTransport(newWire(nil), app, key)
	if err != nil {
		return 0, errKey
	}
	gh := github.NewClient(&http.Client{Transport: newTransport(signed, slog.New(slog.DiscardHandler))})
	gh.BaseURL, gh.UserAgent = base, userAgent
	found, _, err := gh.Apps.FindRepositoryInstallation(ctx, r.owner, r.name)
	if err != nil {
		return 0, explain("find where the GitHub App is installed", "the GitHub App is not installed for "+r.String(), err)
	}
	return found.GetID(), nil
}
