package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/testscript"
)

// oddWords are the words of the stories in which one item is not as slipway
// leaves it.
//
//	byhand KEY               somebody starts the workflow by hand, with KEY for a run key
//	setfield ID FIELD JSON   somebody sets a field of a stored release, null removes it, and
//	                         the release is due
//	spoil ID                 somebody makes a stored release unreadable
func oddWords() map[string]storyCommand {
	return map[string]storyCommand{
		"byhand": storyByHand, "setfield": storySetField, "spoil": storySpoil,
	}
}

func storyByHand(_ *rig, ts *testscript.TestScript, args []string) error {
	return startByHand(context.Background(), ts.Getenv, args[0])
}

// startByHand starts the workflow as somebody does who presses the button at
// GitHub.
func startByHand(ctx context.Context, getenv func(string) string, key string) error {
	body, err := json.Marshal(map[string]any{"ref": "main", "inputs": map[string]string{
		"release_id": key, "sha": getenv("FIRST"), "environment": "staging",
	}})
	if err != nil {
		return err
	}
	url := getenv("GITHUB_URL") + "repos/acme/api/actions/workflows/deploy.yml/dispatches"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+getenv("GITHUB_TOKEN"))
	request.Header.Set("Accept", "application/vnd.github+json")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("GitHub answers %d: %s", response.StatusCode, said)
	}
	return err
}

// alter changes the stored text of a release and makes the release due.
func (r *rig) alter(id string, change func(text string) (string, error)) error {
	client := redis.NewClient(&redis.Options{Addr: r.redisAddr})
	defer func() { _ = client.Close() }()
	return alterRecord(client, id, change)
}

func alterRecord(client *redis.Client, id string, change func(text string) (string, error)) error {
	ctx := context.Background()
	key, text, err := storedRecord(ctx, client, id)
	if err != nil {
		return err
	}
	changed, err := change(text)
	if err != nil {
		return err
	}
	part := strings.TrimSuffix(key, "docs")
	return errors.Join(client.HSet(ctx, key, id, changed).Err(), client.HDel(ctx, part+"control", id+":lease").Err(),
		client.ZAdd(ctx, part+"due", redis.Z{Score: 1, Member: id}).Err())
}

// storedRecord is the stored text of a release, and where it lies.
func storedRecord(ctx context.Context, client *redis.Client, id string) (key, text string, err error) {
	docs, err := client.Keys(ctx, "slipway:*:docs").Result()
	if err != nil {
		return "", "", err
	}
	for _, key := range docs {
		if text, err := client.HGet(ctx, key, id).Result(); err == nil {
			return key, text, nil
		}
	}
	return "", "", fmt.Errorf("redis does not know %s", id)
}

func storySetField(r *rig, _ *testscript.TestScript, args []string) error {
	return r.alter(args[0], func(text string) (string, error) {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			return "", err
		}
		if fields[args[1]] = json.RawMessage(args[2]); args[2] == "null" {
			delete(fields, args[1])
		}
		changed, err := json.Marshal(fields)
		return string(changed), err
	})
}

func storySpoil(r *rig, _ *testscript.TestScript, args []string) error {
	return r.alter(args[0], func(text string) (string, error) { return text[:len(text)/2], nil })
}
