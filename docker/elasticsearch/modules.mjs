const url = host => `permission java.net.SocketPermission "${host}", "connect";`
const runtime = name => `permission java.lang.RuntimePermission "${name}";`
const classes = names => names.map(name => `permission org.elasticsearch.script.ClassPermission "${name}";`)
const httpClient = ['elasticsearch-rest-client', 'httpasyncclient']

/**
 * The modules of Elasticsearch 7.4.2 that the server's archive lacks. For each: its plugin class (below
 * org.elasticsearch), the module that it extends, its jars beside its own, and what the security manager must
 * allow: to all its jars (`grants`) or to some (`jarGrants`).
 * @type {Record<string, {classname: string, extends?: string, jars?: string[], grants?: string[], jarGrants?: Record<string, string[]>}>}
 */
export const modules = {
  'aggs-matrix-stats': { classname: 'search.aggregations.matrix.MatrixAggregationPlugin' },
  'analysis-common': { classname: 'analysis.common.CommonAnalysisPlugin', extends: 'lang-painless' },
  'ingest-common': {
    classname: 'ingest.common.IngestCommonPlugin',
    extends: 'lang-painless',
    jars: ['grok', 'dissect', 'joni', 'jcodings'],
  },
  'ingest-user-agent': { classname: 'ingest.useragent.IngestUserAgentPlugin' },
  'lang-expression': {
    classname: 'script.expression.ExpressionPlugin',
    jars: ['lucene-expressions', 'antlr4-runtime', 'asm-debug-all'],
    grants: [
      runtime('createClassLoader'),
      ...classes([
        'java.lang.String',
        'java.lang.Math',
        'org.apache.lucene.expressions.Expression',
        'org.apache.lucene.search.DoubleValues',
        'org.apache.lucene.util.MathUtil',
        'org.apache.lucene.util.SloppyMath',
      ]),
    ],
  },
  'lang-mustache': {
    classname: 'script.mustache.MustachePlugin',
    jars: ['compiler'],
    grants: [runtime('accessDeclaredMembers')],
  },
  'lang-painless': {
    classname: 'painless.PainlessPlugin',
    jars: ['antlr4-runtime', 'asm-debug-all', 'scripting-painless-spi'],
    grants: [runtime('createClassLoader'), runtime('getClassLoader')],
  },
  'mapper-extras': { classname: 'index.mapper.MapperExtrasPlugin' },
  'parent-join': { classname: 'join.ParentJoinPlugin' },
  percolator: { classname: 'percolator.PercolatorPlugin' },
  'rank-eval': { classname: 'index.rankeval.RankEvalPlugin' },
  reindex: {
    classname: 'index.reindex.ReindexPlugin',
    jars: [
      ...httpClient,
      'ssl-config',
      'httpclient',
      'httpcore',
      'httpcore-nio',
      'commons-codec',
      'commons-logging',
    ],
    grants: [url('*')],
    jarGrants: Object.fromEntries(
      httpClient.map(jar => [jar, [url('*'), 'permission java.net.NetPermission "getProxySelector";']]),
    ),
  },
  'repository-url': { classname: 'plugin.repository.url.URLRepositoryPlugin', grants: [url('*')] },
}
