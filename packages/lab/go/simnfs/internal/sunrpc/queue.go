package sunrpc

import (
	"cmp"
	"log"
	"net"
	"slices"
	"time"

	"bluecore.internal/lab/simnfs/internal/xdr"
)

// enqueue makes a call wait for its answer, and for its turn on the connection if there is one.
func (c *Client) enqueue(proc uint32, cred Credentials, args func(*xdr.Encoder)) *call {
	c.mu.Lock()
	c.xid++
	c.order++
	k := &call{xid: c.xid, order: c.order, done: make(chan struct{})}
	c.mu.Unlock()
	k.message = encodeCall(k.xid, c.program, proc, cred, args)
	mark(k.message)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting[k.xid] = k
	if c.conn != nil {
		c.queue = append(c.queue, k)
		c.changed.Broadcast()
	}
	return k
}

// forget gives up a call and returns why there is no connection, if there is none.
func (c *Client) forget(k *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, k.xid)
	c.queue = slices.DeleteFunc(c.queue, func(q *call) bool { return q == k })
	return c.trouble
}

// answer hands a reply to its call. It is false when conn is no longer the client's connection.
func (c *Client) answer(conn net.Conn, reply []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != conn {
		return false
	}
	d := xdr.NewDecoder(reply)
	k := c.waiting[d.Uint32()]
	if k == nil || d.Err() != nil {
		log.Printf("RPC: a reply to no waiting call")
		return true
	}
	delete(c.waiting, k.xid)
	k.reply = reply[4:]
	close(k.done)
	return true
}

// attach makes conn the client's connection and queues every waiting call on it. It is false while the client is cut
// or closed.
func (c *Client) attach(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut || c.ctx.Err() != nil {
		return false
	}
	c.conn, c.trouble = conn, nil
	c.queue = c.queue[:0]
	for _, k := range c.waiting {
		if !k.sent.IsZero() {
			c.resent++
		}
		c.queue = append(c.queue, k)
	}
	slices.SortFunc(c.queue, func(a, b *call) int { return cmp.Compare(a.order, b.order) })
	c.changed.Broadcast()
	return true
}

// detach forgets conn and returns how many calls wait for the next one.
func (c *Client) detach(conn net.Conn) int {
	conn.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == conn {
		c.conn = nil
	}
	c.changed.Broadcast()
	return len(c.waiting)
}

// next waits for calls to write to conn. It returns none when conn is no longer the client's connection.
func (c *Client) next(conn net.Conn) net.Buffers {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.conn == conn && len(c.queue) == 0 {
		c.changed.Wait()
	}
	if c.conn != conn {
		return nil
	}
	var batch net.Buffers
	for _, k := range c.queue {
		k.sent = time.Now()
		batch = append(batch, k.message)
	}
	c.queue = c.queue[:0]
	return batch
}

// failed notes why there is no connection. It is true for the first failure in a row.
func (c *Client) failed(err error) (news bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	news = c.trouble == nil
	c.trouble = err
	return news
}

// waitUncut waits while the client is cut. It is false once the client is closed.
func (c *Client) waitUncut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.cut && c.ctx.Err() == nil {
		c.changed.Wait()
	}
	return c.ctx.Err() == nil
}
