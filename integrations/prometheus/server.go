package prometheus

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/api"

	"github.com/slipwayhq/slipway/bot"
	"github.com/slipwayhq/slipway/integrations/reach"
)

// maxInFlight is how many queries to one server run at a time. The others bound what is
// read of an answer and of ca_file, in bytes.
const (
	maxInFlight   = 16
	longestAnswer = 4 << 20
	longestFile   = 1 << 20
)

// Options say which server is asked, and how.
type Options struct {
	// Settings and Secrets are those under prometheus at the top of slipway.yaml.
	Settings []bot.Setting
	Secrets  map[string]string
	// Allowed are the hosts, addresses and ranges that may be asked. Default: all but
	// those that are always refused.
	Allowed []string
}

// Source queries servers. It may be used from any goroutine.
type Source struct {
	options Options
	usual   string // the address of the server for probes that name none
	roots   *x509.CertPool

	mu      sync.Mutex
	servers map[string]*server
}

// server is one Prometheus.
type server struct {
	api      queryAPI
	inFlight chan struct{}
}

// New makes a Source.
func New(o Options) (*Source, error) {
	s := &Source{options: o, usual: setting(o.Settings, keyURL), servers: map[string]*server{}}
	if file := setting(o.Settings, keyCA); file != "" {
		roots, err := readRoots(file)
		if err != nil {
			return nil, err
		}
		s.roots = roots
	}
	return s, nil
}

func readRoots(path string) (*x509.CertPool, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read prometheus.ca_file: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	text, err := io.ReadAll(io.LimitReader(f, longestFile))
	if err != nil {
		return nil, fmt.Errorf("read prometheus.ca_file: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("read prometheus.ca_file: %s holds no certificate in PEM", path)
	}
	return roots, nil
}

func setting(settings []bot.Setting, key string) string {
	return bot.Probe{Settings: settings}.Setting(key)
}

var errNoServer = errors.New("no Prometheus is named")

// server finds the server that a probe asks.
func (s *Source) server(p bot.Probe) (*server, error) {
	address := p.Setting(keyServer)
	if address == "" {
		address = s.usual
	}
	if address == "" {
		return nil, errNoServer
	}
	address = strings.TrimSuffix(address, "/") // so that the same server is not two
	s.mu.Lock()
	defer s.mu.Unlock()
	known, found := s.servers[address]
	if !found {
		client, err := api.NewClient(api.Config{Address: address, Client: s.client(address)})
		if err != nil {
			return nil, errNoServer // err would quote the address
		}
		known = &server{api: queryAPI{client}, inFlight: make(chan struct{}, maxInFlight)}
		s.servers[address] = known
	}
	return known, nil
}

func sameServer(a, b string) bool { return strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/") }

// client makes an HTTP client for a server. It sends the secrets only if that is the
// server of prometheus.url.
func (s *Source) client(address string) *http.Client {
	transport := &http.Transport{
		DialContext: reach.Dialer(s.options.Allowed, reach.UsualTimeout), ForceAttemptHTTP2: true, TLSHandshakeTimeout: reach.UsualTimeout,
		MaxIdleConnsPerHost: maxInFlight, MaxConnsPerHost: maxInFlight, IdleConnTimeout: time.Minute,
	}
	signed := signer{next: transport}
	if sameServer(address, s.usual) {
		signed.options = s.options
		if s.roots != nil {
			transport.TLSClientConfig = &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}
		}
	}
	return &http.Client{Transport: signed, CheckRedirect: reach.Stay}
}

// enter waits until fewer than maxInFlight queries run. It returns false if the context
// ends first.
func (s *server) enter(ctx context.Context) bool {
	select {
	case s.inFlight <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *server) leave() { <-s.inFlight }

// signer adds the secrets to each request, and bounds what is read of its answer.
type signer struct {
	next    http.RoundTripper
	options Options
}

// RoundTrip sends a request with the secrets.
func (s signer) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	if err := s.sign(request); err != nil {
		return nil, err
	}
	response, err := s.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = &bounded{body: response.Body, left: longestAnswer}
	return response, nil
}

func (s signer) sign(request *http.Request) error {
	headers, err := reach.Under(keyHeaders, s.options.Settings, s.options.Secrets)
	if err != nil {
		return err
	}
	reach.SetHeaders(request, headers)
	secrets := map[string]string{}
	for _, said := range s.options.Settings {
		name := strings.TrimSuffix(said.Key, ".file")
		if name != keyToken && name != keyPassword {
			continue
		}
		if secrets[name], err = reach.One(said, s.options.Secrets); err != nil {
			return err
		}
	}
	switch {
	case secrets[keyToken] != "":
		request.Header.Set("Authorization", "Bearer "+secrets[keyToken])
	case secrets[keyPassword] != "":
		request.SetBasicAuth(setting(s.options.Settings, keyUser), secrets[keyPassword])
	}
	return nil
}

var errTooLong = errors.New("the answer is too long")

// bounded is a body that fails when it is too long.
type bounded struct {
	body io.ReadCloser
	left int64
}

// Read reads until too much has been read.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.body.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// Close closes the body.
func (b *bounded) Close() error { return b.body.Close() }
