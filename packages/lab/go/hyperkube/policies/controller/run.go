package controller

import (
	"context"
	"fmt"
	"log"
	"time"

	"bluecore.internal/lab/hyperkube/policies/compile"
	"k8s.io/client-go/kubernetes"
)

const (
	// settle is how long changes are collected: a rollout causes many at once.
	settle = 20 * time.Millisecond
	// attempts to load one table. After that the program exits and is restarted; the kernel keeps the previous table.
	attempts = 5
	// pause before the second attempt; it doubles.
	pause = 50 * time.Millisecond
)

// Run watches the cluster and applies the node's table on each change, until ctx ends or a table cannot be applied.
func Run(ctx context.Context, client kubernetes.Interface, node string, apply func(context.Context, string) error) error {
	changes := make(chan time.Time, 1)
	objects, err := watch(ctx, client, node, func() {
		select {
		case changes <- time.Now():
		default: // the time of the first pending change is kept
		}
	})
	if err != nil {
		return err
	}
	return follow(ctx, changes, objects.table, apply)
}

// follow applies the table after every change that affects it.
func follow(ctx context.Context, changes <-chan time.Time, present func() (compile.Table, error), apply func(context.Context, string) error) error {
	applied := ""
	for {
		var since time.Time
		select {
		case <-ctx.Done():
			return nil
		case since = <-changes:
		}
		time.Sleep(settle)
		select {
		case <-changes: // included in the table below
		default:
		}
		table, err := present()
		if err != nil {
			return err
		}
		text := table.String()
		if text == applied {
			continue
		}
		if err := retry(ctx, func() error { return apply(ctx, text) }); err != nil {
			return err
		}
		applied = text
		log.Printf("%s; applied %d ms after the change", table.Summary(), time.Since(since).Milliseconds())
	}
}

// retry runs do until it succeeds, a few times with increasing pauses.
func retry(ctx context.Context, do func() error) error {
	wait := pause
	for attempt := 1; ; attempt++ {
		err := do()
		if err == nil {
			return nil
		}
		if attempt == attempts || ctx.Err() != nil {
			return fmt.Errorf("gave up after %d attempts: %w", attempt, err)
		}
		log.Printf("attempt %d of %d: %v", attempt, attempts, err)
		time.Sleep(wait)
		wait *= 2
	}
}
