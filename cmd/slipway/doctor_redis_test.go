package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/slipwayhq/slipway/bot/doctor"
)

// at has slipway look for Redis elsewhere.
func (p *patient) at(address string) { p.vars["REDIS"] = "redis://" + address + "/0" }

// answers listens, and has each connection served.
func answers(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = connection.Close() }()
				serve(connection)
			}()
		}
	}()
	return listener.Addr().String()
}

// refuses answers each thing that is said to it with one refusal.
func refuses(t *testing.T, refusal string) (address string) {
	t.Helper()
	return answers(t, func(c net.Conn) {
		said := make([]byte, 1<<16)
		for {
			n, err := c.Read(said)
			if err != nil {
				return
			}
			for range max(1, bytes.Count(said[:n], []byte("\r\n*"))+1) {
				_, _ = io.WriteString(c, "-"+refusal+"\r\n")
			}
		}
	})
}

// another stands before a Redis that is another one by what it says, which is as long.
func another(t *testing.T, address, says, instead string) (before string) {
	t.Helper()
	return answers(t, func(c net.Conn) {
		behind, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		defer func() { _ = behind.Close() }()
		go func() { _, _ = io.Copy(behind, c) }()
		said := make([]byte, 1<<16)
		for {
			n, err := behind.Read(said)
			if err != nil {
				return
			}
			if _, err := c.Write(bytes.ReplaceAll(said[:n], []byte(says), []byte(instead))); err != nil {
				return
			}
		}
	})
}

// certified writes a certificate of its own and its key, for 127.0.0.1 until then.
func certified(t *testing.T, until time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redis"}, NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: text}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// secured has Redis speak TLS, at one more port.
func (p *patient) secured(url, clients string) {
	p.Helper()
	address, err := freeAddress()
	if err != nil {
		p.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(address)
	cert, key := certified(p.T, time.Now().AddDate(1, 0, 0))
	for _, set := range [][2]string{{"tls-cert-file", cert}, {"tls-key-file", key}, {"tls-ca-cert-file", cert}, {"tls-auth-clients", clients}, {"tls-port", port}} {
		if err := p.redis.ConfigSet(p.Context(), set[0], set[1]).Err(); err != nil {
			p.Skipf("SKIPPED: this redis-server speaks no TLS: %v", err)
		}
	}
	p.vars["REDIS"] = url + "127.0.0.1:" + port + "/0"
}

func (p *patient) set(name, value string) {
	p.Helper()
	if err := p.redis.ConfigSet(p.Context(), name, value).Err(); err != nil {
		p.Fatal(err)
	}
}

// Whatever is wrong with a Redis that answers, it is said what.
func TestDoctor_PlantedInARedisThatAnswers(t *testing.T) {
	t.Parallel()
	refused := func(refusal string) func(p *patient) {
		return func(p *patient) { p.at(refuses(p.T, refusal)) }
	}
	tryPlanted(t, []planted{
		{"it is too old", func(p *patient) {
			p.at(another(p.T, p.redis.Options().Addr, "redis_version:"+p.told("redis_version"), "redis_version:6"+p.told("redis_version")[1:]))
		}, "redis-version", doctor.Warning, "Redis is 6"},
		{"its clock is off", func(p *patient) {
			const days = 12 * 24 * time.Hour // of which the first four digits tell
			seconds := func(at time.Time) string { return "$10\r\n" + strconv.FormatInt(at.Unix(), 10)[:4] }
			p.at(another(p.T, p.redis.Options().Addr, seconds(time.Now()), seconds(time.Now().Add(-days))))
		}, "redis-clock", doctor.Warning, "differ by"},
		{"it keeps nothing at all", func(p *patient) { p.set("appendonly", "no") }, "redis-persistence", doctor.Error, "keeps nothing on its disk"},
		{"it saves now and then", func(p *patient) {
			p.set("save", "3600 1")
			p.set("appendonly", "no")
		}, "redis-persistence", doctor.Warning, "no append-only file"},
		{"it leaves writing to the system", func(p *patient) { p.set("appendfsync", "no") }, "redis-persistence", doctor.Warning, "appendfsync is no"},
		{"its memory is nearly full", func(p *patient) {
			used, err := strconv.Atoi(p.told("used_memory"))
			if err != nil {
				p.Fatal(err)
			}
			p.set("maxmemory", "1073741824")
			p.at(another(p.T, p.redis.Options().Addr, "maxmemory:1073741824", fmt.Sprintf("maxmemory:%010d", used*102/100)))
		}, "redis-memory", doctor.Warning, "% of the memory that it may use"},
		{"its memory is full", func(p *patient) { p.set("maxmemory", "1") }, "redis", doctor.Error, "Redis is full"},
		{"its replicas are away", func(p *patient) { p.set("min-replicas-to-write", "1") }, "redis", doctor.Error, "fewer replicas than it is to have"},
		{"nobody more may connect", func(p *patient) { p.set("maxclients", "1") }, "redis", doctor.Error, "as many connections as it takes"},
		{"there is no such database", func(p *patient) { p.vars["REDIS"] = strings.TrimSuffix(p.vars["REDIS"], "0") + "99" }, "redis", doctor.Error, "no database of the number"},
		{"it loads", refused("LOADING Redis is loading the dataset in memory"), "redis", doctor.Error, "still loading"},
		{"it cannot write to its disk", refused("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."), "redis", doctor.Error, "cannot write to its disk"},
		{"it hangs in a script", refused("BUSY Redis is busy running a script."), "redis", doctor.Error, "busy with a script"},
		{"it protects itself", refused("DENIED Redis is running in protected mode because protected mode is enabled"), "redis", doctor.Error, "its own machine only"},
	})
}

// What somebody renamed or switched off is not taken for allowed.
func TestDoctor_CommandsOfRedisThatAreSwitchedOff(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.startRedis("--rename-command", "XADD", "", "--rename-command", "PUBLISH", "SHOUT")
	p.at(p.redis.Options().Addr)
	status, found, out := p.examined("--json")
	p.want(found, "redis-permissions", doctor.Error, "does not know what slipway asks of it: XADD, PUBLISH")
	if status != statusFailed {
		t.Errorf("status %d:\n%s", status, out)
	}
}

// told is what the Redis tells of itself.
func (p *patient) told(field string) string {
	p.Helper()
	all, err := p.redis.Info(p.Context()).Result()
	if err != nil {
		p.Fatal(err)
	}
	_, all, _ = strings.Cut(all, "\r\n"+field+":")
	value, _, _ := strings.Cut(all, "\r\n")
	return value
}

// Where none answers it is looked what stands there, and said.
func TestDoctor_PlantedWhereRedisDoesNotAnswer(t *testing.T) {
	t.Parallel()
	tryPlanted(t, []planted{
		{"it speaks no TLS", func(p *patient) { p.vars["REDIS"] = strings.Replace(p.vars["REDIS"], "redis://", "rediss://", 1) }, "redis", doctor.Error, "Redis does not speak TLS there"},
		{"it speaks TLS", func(p *patient) { p.secured("redis://", "no") }, "redis", doctor.Error, "Redis speaks TLS there, and redis.url does not"},
		{"its certificate is nobody's", func(p *patient) { p.secured("rediss://", "no") }, "redis", doctor.Error, "the certificate of Redis is not trusted"},
		{"it wants a certificate of slipway's", func(p *patient) { p.secured("rediss://", "yes"); p.vars["REDIS"] += "?skip_verify=true" }, "redis", doctor.Error, "wants a certificate of whoever connects"},
		{"its certificate has lapsed", func(p *patient) {
			cert, key := certified(p.T, time.Now().AddDate(0, 0, -1))
			own, err := tls.LoadX509KeyPair(cert, key)
			if err != nil {
				p.Fatal(err)
			}
			at := answers(p.T, func(c net.Conn) {
				_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{own}}).HandshakeContext(p.Context())
			})
			p.vars["REDIS"] = "rediss://" + at + "/0"
		}, "redis", doctor.Error, "is not valid today"},
		{"nothing listens", func(p *patient) { p.at("127.0.0.1:1") }, "redis", doctor.Error, "nothing listens at 127.0.0.1:1"},
		{"there is no such name", func(p *patient) { p.at("redis.invalid:6379") }, "redis", doctor.Error, "the name redis.invalid cannot be looked up"},
		{"there is no such socket", func(p *patient) { p.vars["REDIS"] = "unix:///nowhere/redis.sock" }, "redis", doctor.Error, "nothing listens at /nowhere/redis.sock"},
		{"it is a web server", func(p *patient) {
			server := httptest.NewServer(http.NotFoundHandler())
			p.Cleanup(server.Close)
			p.vars["REDIS"] = strings.Replace(server.URL, "http://", "redis://", 1)
		}, "redis", doctor.Error, "is no Redis"},
		{"it is a web server with TLS", func(p *patient) {
			server := httptest.NewTLSServer(http.NotFoundHandler())
			p.Cleanup(server.Close)
			p.vars["REDIS"] = strings.Replace(server.URL, "https://", "rediss://", 1) + "?skip_verify=true"
		}, "redis", doctor.Error, "is no Redis"},
		{"it hangs", func(p *patient) {
			p.at(answers(p.T, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }))
		}, "redis", doctor.Error, "takes connections and says nothing"},
		{"it hangs up", func(p *patient) { p.at(answers(p.T, func(net.Conn) {})) }, "redis", doctor.Error, "takes connections and says nothing"},
	})
}

// sentinel starts one that watches the patient's Redis.
func (p *patient) sentinel() (address string) {
	p.Helper()
	address, err := freeAddress()
	if err != nil {
		p.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(address)
	_, master, _ := net.SplitHostPort(p.redis.Options().Addr)
	file := filepath.Join(p.TempDir(), "sentinel.conf")
	if err := os.WriteFile(file, []byte("port "+port+"\nbind 127.0.0.1\nsentinel monitor m 127.0.0.1 "+master+" 1\n"), 0o600); err != nil {
		p.Fatal(err)
	}
	p.runs("redis-server", file, "--sentinel", "--dir", filepath.Dir(file))
	client := redis.NewSentinelClient(&redis.Options{Addr: address})
	p.Cleanup(func() { _ = client.Close() })
	if err := eventually(func() error { return client.Ping(context.Background()).Err() }); err != nil {
		p.Fatal(err)
	}
	return address
}

// The mode says one thing, and what answers is another.
func TestDoctor_PlantedInTheModeOfRedis(t *testing.T) {
	t.Parallel()
	mode := func(p *patient, mode string) { p.replaced("redis: {", "redis: {mode: "+mode+", ") }
	tryPlanted(t, []planted{
		{"all is well", func(p *patient) {
			mode(p, "sentinel")
			p.vars["REDIS"] = "redis://" + p.sentinel() + "/0?master_name=m"
			p.service.set(http.StatusTeapot) // for what is planted is to be found
		}, "probes", doctor.Warning, "418"},
		{"another name of the master", func(p *patient) {
			mode(p, "sentinel")
			p.vars["REDIS"] = "redis://" + p.sentinel() + "/0?master_name=mymaster"
		}, "redis", doctor.Error, "the Sentinels know no master of the name"},
		{"no Sentinel there", func(p *patient) {
			mode(p, "sentinel")
			p.vars["REDIS"] += "?master_name=m"
		}, "redis", doctor.Error, "no Sentinel answers at"},
		{"a Sentinel in place of Redis", func(p *patient) { p.at(p.sentinel()) }, "redis", doctor.Error, "does not know what slipway asks of it"},
		{"the master is away", func(p *patient) {
			mode(p, "sentinel")
			p.vars["REDIS"] = "redis://" + p.sentinel() + "/0?master_name=m"
			_ = p.redis.Shutdown(p.Context()).Err()
		}, "redis", doctor.Error, "name a master that does not answer"},
	})
}

// Of a cluster of real servers, one dies and some slots are nobody's: both are said, and
// what lies elsewhere is looked at all the same.
func TestDoctor_SlotsOfAClusterThatNobodyServes(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	const unserved = 9
	nodes := p.cluster([][2]int{{0, 4000}, {4001, 8000}, {8001, 16383 - unserved}})
	p.at(nodes[2].Options().Addr)
	p.replaced("redis: {", "redis: {mode: cluster, ")
	// A cluster that is to be whole takes nothing until it is.
	status, found, out := p.examined("--json")
	p.want(found, "redis", doctor.Error, "a part of the Redis cluster is away")
	if status != statusFailed {
		t.Errorf("status %d:\n%s", status, out)
	}
	for _, node := range nodes {
		if err := node.ConfigSet(t.Context(), "cluster-require-full-coverage", "no").Err(); err != nil {
			t.Fatal(err)
		}
	}
	_, found, _ = p.examined("--json")
	p.want(found, "redis-cluster", doctor.Error, fmt.Sprintf("Nobody serves %d slots of the Redis cluster", unserved))
	// The key that slipway begins with lies on the last one (its slot is 11210).
	dead := nodes[0].Options().Addr
	_ = nodes[0].ShutdownNoSave(t.Context()).Err()
	if err := eventually(func() error {
		if told := nodes[2].ClusterInfo(t.Context()).Val(); !strings.Contains(told, fmt.Sprintf("cluster_slots_ok:%d", 16383-4001-unserved+1)) {
			return errors.New(told)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, found, _ = p.examined("--json")
	p.want(found, "redis-cluster", doctor.Error, fmt.Sprintf("Nobody serves %d slots of the Redis cluster", 4001+unserved))
	p.want(found, "redis-cluster", doctor.Error, "The server "+dead+" of the Redis cluster cannot be asked")
	p.want(found, "slack-token", doctor.OK, "")
	p.want(found, "github-token", doctor.OK, "")
}

// cluster starts servers that each serve some slots, without replicas.
func (p *patient) cluster(slots [][2]int) []*redis.Client {
	p.Helper()
	var nodes []*redis.Client
	ctx := p.Context()
	for i, own := range slots {
		bus, err := freeAddress()
		if err != nil {
			p.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(bus)
		p.startRedis("--cluster-enabled", "yes", "--cluster-node-timeout", "500", "--cluster-port", port)
		nodes = append(nodes, p.redis)
		if err := p.redis.ClusterAddSlotsRange(ctx, own[0], own[1]).Err(); err != nil {
			p.Fatal(err)
		}
		_, here, _ := net.SplitHostPort(p.redis.Options().Addr)
		if i > 0 {
			if err := nodes[0].Do(ctx, "cluster", "meet", "127.0.0.1", here, port).Err(); err != nil {
				p.Fatal(err)
			}
		}
	}
	for _, node := range nodes {
		if err := eventually(func() error {
			if told := node.ClusterInfo(ctx).Val(); !strings.Contains(told, fmt.Sprintf("cluster_size:%d", len(slots))) {
				return errors.New(told)
			}
			return nil
		}); err != nil {
			p.Fatal(err)
		}
	}
	return nodes
}
