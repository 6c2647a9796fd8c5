package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/slipwayhq/slipway/bot"
)

// scrapeTimeout bounds what a scrape may ask of the store.
const scrapeTimeout = 2 * time.Second

// storeGauges are what /metrics tells of the store; they are read when
// somebody scrapes.
type storeGauges struct {
	store storeProbe
	log   *slog.Logger
	up    *prometheus.Desc
	open  *prometheus.Desc
	held  *prometheus.Desc
	aside *prometheus.Desc
}

// storeProbe is the little that health and metrics ask of the store.
type storeProbe interface {
	Ping(ctx context.Context) error
	Unfinished(ctx context.Context) ([]string, error)
	Doubts(ctx context.Context) ([]bot.Doubt, error)
}

// newMetrics serves /metrics. links is how many connections to Slack stand, and nil
// where there are none to keep.
func newMetrics(store storeProbe, links func() int, log *slog.Logger) http.Handler {
	registry := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "slipway_build_info", Help: "The version that runs.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		build,
		&storeGauges{
			store: store, log: log,
			up:   prometheus.NewDesc("slipway_redis_up", "Whether Redis answers.", nil, nil),
			open: prometheus.NewDesc("slipway_unfinished_releases", "Releases that have not ended.", nil, nil),
			held: prometheus.NewDesc("slipway_target_held", "Targets that are held back because something there is not understood.",
				[]string{"service", "environment"}, nil),
			aside: prometheus.NewDesc("slipway_releases_put_aside", "Releases that slipway broke down on again and again.", nil, nil),
		},
	)
	if links != nil {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "slipway_slack_connections", Help: "Connections to Slack that stand (Socket Mode).",
		}, func() float64 { return float64(links()) }))
	}
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{Timeout: 2 * scrapeTimeout})
}

// Describe names the gauges.
func (g *storeGauges) Describe(ch chan<- *prometheus.Desc) {
	ch <- g.up
	ch <- g.open
	ch <- g.held
	ch <- g.aside
}

// Collect reads them.
func (g *storeGauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	unfinished, err := g.store.Unfinished(ctx)
	if err != nil {
		g.log.Warn("the store did not answer a scrape", bot.ErrAttr(err))
		ch <- prometheus.MustNewConstMetric(g.up, prometheus.GaugeValue, 0)
		return
	}
	ch <- prometheus.MustNewConstMetric(g.up, prometheus.GaugeValue, 1)
	ch <- prometheus.MustNewConstMetric(g.open, prometheus.GaugeValue, float64(len(unfinished)))
	g.collectDoubts(ctx, ch)
}

func (g *storeGauges) collectDoubts(ctx context.Context, ch chan<- prometheus.Metric) {
	doubts, err := g.store.Doubts(ctx)
	if err != nil {
		g.log.Warn("what is not understood could not be read for a scrape", bot.ErrAttr(err))
		return
	}
	held, aside := map[bot.Target]bool{}, 0
	for _, d := range doubts {
		switch {
		case !d.Open():
		case d.Release != "":
			aside++
		case !held[d.Target]:
			held[d.Target] = true
			ch <- prometheus.MustNewConstMetric(g.held, prometheus.GaugeValue, 1, d.Target.Service, d.Target.Environment)
		}
	}
	ch <- prometheus.MustNewConstMetric(g.aside, prometheus.GaugeValue, float64(aside))
}
