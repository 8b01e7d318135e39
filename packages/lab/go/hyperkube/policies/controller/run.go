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
	// settle is how long changes are gathered: a rollout makes many at once.
	settle = 20 * time.Millisecond
	// attempts to load one table. Then the program ends and is started again; the kernel keeps the table of before.
	attempts = 5
	// pause before the second attempt; it doubles.
	pause = 50 * time.Millisecond
)

// Run watches the cluster and applies the node's table on each change, until ctx ends or a table cannot be applied.
func Run(ctx context.Context, client kubernetes.Interface, node string, apply func(context.Context, string) error) error {
	changes := make(chan time.Time, 1)
	seen, err := look(ctx, client, node, func() {
		select {
		case changes <- time.Now():
		default: // the first change that waits tells since when
		}
	})
	if err != nil {
		return err
	}
	return follow(ctx, changes, seen.table, apply)
}

// follow applies the present table after every change that makes another one of it.
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
		case <-changes: // it was made before the look that follows
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
		if err := insist(ctx, func() error { return apply(ctx, text) }); err != nil {
			return err
		}
		applied = text
		log.Printf("%s; applied %d ms after the change", table.Summary(), time.Since(since).Milliseconds())
	}
}

// insist tries again, a few times and ever more slowly.
func insist(ctx context.Context, do func() error) error {
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
