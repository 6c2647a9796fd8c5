package reach_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/slipwayhq/slipway/integrations/reach"
)

// What stands in the way of a request is named as real servers, and none, bring it about.
func TestFault(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	known := x509.NewCertPool()
	known.AddCert(secure.Certificate())
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known, MinVersion: tls.VersionTLS12}}}
	for name, tt := range map[string]struct {
		client  *http.Client
		address string
		want    string
	}{
		"no such name":              {http.DefaultClient, "http://nowhere.invalid", "could not be looked up"},
		"nothing there":             {http.DefaultClient, "http://127.0.0.1:1", "nothing listens"},
		"TLS to a plain server":     {http.DefaultClient, strings.Replace(plain.URL, "http:", "https:", 1), "does not speak TLS"},
		"a certificate of nobody's": {http.DefaultClient, secure.URL, "does not trust"},
		"one for another name":      {trusting, strings.Replace(secure.URL, "127.0.0.1", "localhost", 1), "another name"},
	} {
		response, err := tt.client.Get(tt.address)
		if err == nil {
			_ = response.Body.Close()
		}
		if got := reach.Fault(err); !strings.Contains(got, tt.want) || strings.Contains(got, "127.0.0.1") {
			t.Errorf("%s: %q of %v", name, got, err)
		}
	}
	page := json.Unmarshal([]byte("<html>"), new(map[string]any))
	if got := reach.Fault(page); !strings.Contains(got, "page for people") {
		t.Errorf("a page: %q", got)
	}
	if got := reach.Fault(errors.New("else")) + reach.Fault(nil); got != "" {
		t.Errorf("else: %q", got)
	}
}
