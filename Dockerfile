# Built on Debian, run on nothing: the image holds the static binary, which brings the
# time zones, and the CA certificates of distroless static. It has no shell.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# Down here, so that another version does not download the modules again.
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X main.version=${VERSION}" -o /out/slipway ./cmd/slipway

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/slipway /slipway
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/slipway", "healthcheck", "-c", "/etc/slipway/slipway.yaml"]
ENTRYPOINT ["/slipway"]
CMD ["serve", "-c", "/etc/slipway/slipway.yaml"]
