package test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// must fails the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// got is must for a call with a result.
func got[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// eventually waits until a condition holds, or fails the test after limit.
func eventually(t *testing.T, limit time.Duration, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}

// during starts something that should hang and returns what it ends with.
func during(do func() error) <-chan error {
	end := make(chan error, 1)
	go func() { end <- do() }()
	return end
}

// mustHang fails the test if something ends that should not.
func mustHang(t *testing.T, end <-chan error, what string) {
	t.Helper()
	select {
	case err := <-end:
		t.Fatalf("%s does not hang: %v", what, err)
	case <-time.After(700 * time.Millisecond):
	}
}

// mustEnd fails the test if something does not end well within limit.
func mustEnd(t *testing.T, end <-chan error, limit time.Duration, what string) {
	t.Helper()
	select {
	case err := <-end:
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	case <-time.After(limit):
		t.Fatalf("%s has not ended after %v", what, limit)
	}
}

// folder makes a folder of the test's own on an export and returns its name.
func folder(t *testing.T, m *mounted) string {
	t.Helper()
	name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())
	must(t, os.Mkdir(m.path(name), 0o755))
	return name
}

// open opens a file until the end of the test. Close it by closeNow, if before.
func open(t *testing.T, path string, flags int) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, flags, 0o600)
	must(t, err)
	t.Cleanup(func() {
		if err := f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Errorf("closing %s at the end of the test: %v", filepath.Base(path), err)
		}
	})
	return f
}

// create opens a new file until the end of the test.
func create(t *testing.T, path string) *os.File {
	t.Helper()
	return open(t, path, os.O_CREATE|os.O_EXCL|os.O_RDWR)
}

// mustHave compares a file with what it must contain.
func mustHave(t *testing.T, path string, want []byte) {
	t.Helper()
	have, err := os.ReadFile(path)
	must(t, err)
	if bytes.Equal(have, want) {
		return
	}
	at := 0
	for at < min(len(have), len(want)) && have[at] == want[at] {
		at++
	}
	t.Fatalf("%s has %d bytes, want %d; they differ from byte %d on", filepath.Base(path), len(have), len(want), at)
}

func random(t *testing.T, size int) []byte {
	t.Helper()
	p := make([]byte, size)
	_, err := rand.Read(p)
	must(t, err)
	return p
}

// exitCode is that of a job's error: 0 for none, -1 for one that is not an exit.
func exitCode(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.code
	}
	return -1
}
