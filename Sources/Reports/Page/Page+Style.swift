extension Page {
  /// Colours are Okabe and Ito's, darkened or lightened until lines stand out 3 : 1 from their ground and text 4.5 : 1:
  /// told apart by who doesn't see red or green. Dashes tell curves apart without colour.
  static let style: Markup = """
    :root{color-scheme:light dark;--page:#fff;--card:#fafaf8;--ink:#1b1b1b;--soft:#555;--rule:#d6d6d2;--warn:#8a3b00;
    --s0:#0067a5;--s1:#c44f00;--s2:#00805d;--s3:#a8447f;--s4:#8a6800;--s5:#3d7fc4;--s6:#5b4bb5;--s7:#5a5a5a}
    @media (prefers-color-scheme:dark){:root{--page:#121314;--card:#1b1d1f;--ink:#ececec;--soft:#b4b4b4;--rule:#3a3d40;
    --warn:#ffb27a;--s0:#56b4e9;--s1:#ff9a4d;--s2:#2fcb9b;--s3:#e79ac5;--s4:#e0c04a;--s5:#9cc9ff;--s6:#b8a9ff;--s7:#bbb}}
    @media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#333;--rule:#ccc;--warn:#8a3b00;
    --s0:#0067a5;--s1:#c44f00;--s2:#00805d;--s3:#a8447f;--s4:#8a6800;--s5:#3d7fc4;--s6:#5b4bb5;--s7:#5a5a5a}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:1500px;padding:0 14px 40px;background:var(--page);color:var(--ink);
    font:16px/1.45 system-ui,"Noto Sans","DejaVu Sans",sans-serif}
    h1{font-size:26px;margin:18px 0 4px;overflow-wrap:anywhere}h2{font-size:21px;margin:34px 0 10px;
    border-bottom:1px solid var(--rule);padding-bottom:4px}h3{font-size:16px;margin:0 0 4px;overflow-wrap:anywhere}
    p{margin:6px 0;max-width:75ch}header p,figcaption,.soft{color:var(--soft)}.problem{color:var(--warn)}
    nav{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:15px;margin-top:8px}a{color:var(--s0)}
    .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr));gap:14px}
    figure{margin:0;padding:10px;background:var(--card);border:1px solid var(--rule);border-radius:6px;min-width:0;
    break-inside:avoid}figure.wide{grid-column:1/-1}
    figcaption{font-size:14px;margin-top:6px}figure>svg,figure>.plain{display:block;width:100%;max-width:480px}
    .store{position:absolute}
    svg text{font-size:16px;fill:var(--ink);unicode-bidi:isolate}svg .end{text-anchor:end}svg .mid{text-anchor:middle}
    .grid,.axis{fill:none;stroke:var(--rule);stroke-width:1}.axis{stroke:var(--soft)}
    .line,.raw{fill:none;stroke-linejoin:round}.line{stroke-width:2.2}.raw{stroke-width:1;opacity:.35}
    .band{opacity:.22;stroke:none}.area{stroke:var(--card);stroke-width:.6}.stripe{fill:none;pointer-events:all}
    .stripe:hover{fill:var(--ink);fill-opacity:.08}
    .d1{stroke-dasharray:7 3}.d2{stroke-dasharray:2 3}.d3{stroke-dasharray:9 3 2 3}.d4{stroke-dasharray:12 4}
    .d5{stroke-dasharray:4 2}.d6{stroke-dasharray:2 5}.d7{stroke-dasharray:14 3 3 3}
    \((0..<8).map { "path.line.s\($0),path.raw.s\($0){stroke:var(--s\($0))}.band.s\($0),.area.s\($0),.dot.s\($0){fill:var(--s\($0))}\n" as Markup })
    .legend{list-style:none;margin:4px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:2px 14px;font-size:14px}
    .legend li{overflow-wrap:anywhere}
    .sign{width:24px;height:12px;margin-right:6px;vertical-align:middle}
    .scroll{overflow-x:auto}table{border-collapse:collapse;margin:8px 0;font-size:15px}
    th,td{text-align:left;padding:3px 14px 3px 0;vertical-align:top;border-bottom:1px solid var(--rule);
    overflow-wrap:break-word;max-width:60ch;unicode-bidi:isolate}th{font-weight:600}tbody th{font-weight:400}
    .numbers td,.numbers thead th:not(:first-child){text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:14px;overflow-wrap:break-word}
    details{margin:10px 0}summary{cursor:pointer}
    .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:8px 18px;margin:10px 0}
    .facts div{border-left:3px solid var(--s0);padding-left:9px;min-width:0}
    .facts b{display:block;font-size:19px;overflow-wrap:anywhere}.facts span{color:var(--soft);font-size:14px}
    .thumb{width:64px;height:64px;flex:none;border-radius:3px;background:#fff}.small .thumb{width:44px;height:44px}
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,320px),1fr));gap:12px;margin:8px 0}
    .card{display:flex;gap:10px;padding:9px;background:var(--card);border:1px solid var(--rule);border-radius:6px;
    font-size:14px;break-inside:avoid;min-width:0}.card>div{min-width:0;flex:1}
    .card ol{margin:3px 0 0;padding-left:20px}.card li,.card p{overflow-wrap:anywhere;unicode-bidi:isolate}
    .card p{margin:0}.right{border-left:4px solid var(--s2)}.wrong{border-left:4px solid var(--s1)}
    .row{display:flex;flex-wrap:wrap;gap:8px}.sample{width:96px;font-size:13px;break-inside:avoid}
    .sample .thumb{width:96px;height:96px;display:block;image-rendering:auto}
    .sample p{margin:2px 0;overflow-wrap:anywhere;unicode-bidi:isolate}
    .cell{shape-rendering:crispEdges}.best{fill:#fff;stroke:#000;stroke-width:1.2}
    .histogram{image-rendering:pixelated}.meter{fill:var(--s0)}.back{fill:var(--rule)}
    @media (max-width:700px){.settings thead{display:none}.settings tr{display:block;padding:6px 0;
    border-bottom:1px solid var(--rule)}.settings :is(th,td){border:0;padding:0 12px 0 0;display:inline-block}
    .settings th{display:block}.settings td:nth-child(3)::before{content:"default ";color:var(--soft)}
    .settings td:nth-child(4){display:block;color:var(--soft)}}
    @media print{body{font-size:13px;max-width:none;padding:0}nav{display:none}
    details::details-content{display:block;content-visibility:visible;height:auto}
    .figures{grid-template-columns:1fr 1fr}.scroll{overflow:visible}a{color:inherit}
    h2{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
    """
}
