package main

// config is the slipway.yaml of the demo.
const config = `slack:
  bot_token: ${SLACK_BOT_TOKEN}
  signing_secret: ${SLACK_SIGNING_SECRET}
  api_url: ${SLACK_URL}
  team: T0001
  alerts: C0ALERTS
github:
  token: ${GITHUB_TOKEN}
  api_url: ${GITHUB_URL}
  webhook_secret: ${GITHUB_WEBHOOK_SECRET}
redis:
  url: ${REDIS_URL}
prometheus: {url: "${METER_URL}"}
listen: 127.0.0.1:0
people:
  anna: {slack: U01ANNA, github: anna-gh}
  ben: {slack: U02BEN, github: ben-gh}
  cleo: {slack: U03CLEO, github: cleo-gh}
groups:
  sre: {members: [anna, ben]}
services:
  shop:
    repo: acme/shop
    workflow: deploy.yml
    channel: C0DEPLOYS
    environments:
      production:
        approvals: {count: 1, from: [sre]}
        health:
          window: 5s
          every: 500ms
          on_unhealthy: rollback
          countdown: 8s
          before: 30s
          probes:
            - {name: up, http: "${SHOP_URL}/healthz", version: commit, max_latency: 400ms}
            - {name: errors, query: 'sum(rate(shop_requests_total{code=~"5.."}[1s])) / sum(rate(shop_requests_total[1s]))', max: 0.05}
            - {name: latency, query: 'histogram_quantile(0.95, sum by (le) (rate(shop_seconds_bucket[1s])))', max: 0.4}
`

// workflowFile is the workflow of the demo's repository.
const workflowFile = `name: deploy
run-name: Deploy ${{ inputs.release_id }}
on:
  workflow_dispatch:
    inputs:
      release_id: {type: string, required: true}
      sha: {type: string, required: true}
      environment: {type: string, required: true}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make image
  deploy:
    needs: build
    runs-on: ubuntu-latest
    steps:
      - run: make deploy
`
