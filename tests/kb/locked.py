"""PDFs that AES encrypts: one page, “Refunds take 14 working days.”; opened by anybody, or with “secret”."""

import zlib
from base64 import b85decode

AES_128_FOR_ALL = zlib.decompress(
    b85decode(
        "c-n<iziSjh6b3sN3$@U8L=TH_*_qwhxgA(8nB1Ka4Ht7J79r~F?rd^$**$jWLXtw!Mmq}&Ei8f}2qKn>MHCD5A5e)P5;P##*hGtf"
        "_;&9ucXEaMgPDEv-uJ!ty?wdKQYBA@nU;I``~Dw|AdDjSvgSBQpA_>lK?Yc+kbZ8ZDUm)VlxRfrs94lw=%<cGU%*(@3Kb$qKVA0|"
        "G>gnEbgmoR#_NTe|AdB0hAKg{O*bL^x)_a?0R_WNF-8Wwb16y;j@`7TWD>Pv4{%eI3ZS$%1X-Cwv6w!63H0&PKK?T@oL38oGl;D>"
        "l#F3*2qjC>i~KAoQLz+@+W6+T;`*(F58f`VAHT4*vpxLk=iN8^f1Kaz<mX;o{CMNa>ahd&)^;|$BTqKJK795$I=S_3`{{^r=kc|*"
        "jqj^*^TV&zp-YdR?^}F5G?K{M`g(k5&-M3T4&OX__0w4=pC;F#>ZED)r8z1RnH8yz%f^yabx$C@)^b%=Us@&U7Mr>Cie>#`S2B@m"
        "%J1w>wA4a*DV0?(MP9Wj!_;X44$8F|V^<x*x_WjsswolrBKCVOhK=+pa$IUMpV-py7^aj6=Gy`DDdPq15k^U1Vk_Xp!zK=dkiIkt"
        "#*#6Y`64h~7dWbA<iIkC@&q8D)$nfs;bNtmIV^GSV;VWkkO0C1;I=GoyTmtyX^8@{m`ACLF*XQ=95{Blq=ZmhAcFcF@VQMr0&LT5"
        "(i!0DX}289K*Ok@;oS=XgK41v?b-<RDLV;!Hbw_*#4rbJhD8Q!l-PqdyU(U#QExyG(*8|FQ95_oM4T$2S%-7Vu**0xESGba1dRKf"
        "GZVxOh)vz%|2<&T%ApspG!<f<QGyu|vC7o2G1YRpa<!uU1*iBq69"
    )
)
AES_128_LOCKED = zlib.decompress(
    b85decode(
        "c-n<i&ui2`6xM^69O@5L5VVfS9&2VMlS!ssR%~|{Ma!11ZIRN$Br|EZY?G4AmKO0MC{&72Pom&Kyb5~k#e$bY4_->4h<}236)P4e"
        "+1+kr59S9m`R2X%z4yJm!bG_`gl<ryu>JGxk%0gNk+*0Ri@==V^D+TgBa^_qzqTxaImQ)lM)ROlGGr)HL!5IMi&~)q2$**pA_23&"
        "%3SBV&h2<TSL+|wP{~jwfVAnxrD*WcXjMmn`X&$ptlzmbN~{gLX-&!`YQ?^en?|YXDD4dbc4km2rB5z_96!nN-;?3IS^$h{-$ql("
        "Sg%d4WLf%=$ea=tOTJ{R4Ze79{_)PvtZ%&f{CNH3>l5GMk8@8Re4P2PIr4k=X}o{s=D`3t96mkxsD60$-S+dN%Ujph#hWje7RL$)"
        "$-vg9;hk@T7xzc5Kbtu$Km7V~Z*wEsE1lXobN<4w-A0;RhpLmNolA3+Co(J2ye*q6QZ;-I%zDdHS$%1hs9S7i)+?6g#ja)|)s^V%"
        "Zne}xWhIr>EJuEAS%#_6xIU=Vr}42mh<5etYE)M|6g(C^6YK)B28uF}e&BNq9f~BCgg63GL2Ze#<5+|-%Mp;;P+%H(oLIikx#I*-"
        "`jC0HFEmH30*ZQ>07D28qFb&14NbUI?Pji*xc4yyih;z;<(7>tU)VlJ0z1fIlwq4|dPhQt5h0W@=rKtUBG5sc2&UsRm-tAtO|?m<"
        "HCIo&)mR1w1daiZFF<YEvOxfjF{JyHorFD%l0FP!s}I9A>ca?f`!P3%shBsKx(8|hCZi~wyKExvl)-F~F+!n78N#;5n1=$&1Y^_^"
        "JP43Wywd+I^r%%rKVDl_fObYn&j62AriKfNQ7BYuRpT#06EyY"
    )
)
AES_256_FOR_ALL = zlib.decompress(
    b85decode(
        "c-n<jONbmr7zXj6eHT1PD3u9>5WC*h6^4!3%nUvfChR7w5JFPb_1Em^Z1>pHyY3=*@+Nrnpof5m90Wak3xb|RJ$UhyOD=oagNWoN"
        "{@pvTum}4=RsZ!rzVGY5s&lh9xWwKtN$1hiZ~jdfp``R5B;77a`-e3YvvFC>Nb`BMx7lwen{Ea>P&F$g#n3g+>u>-Ql97##=1Fh5"
        "5zGk3oLeNlbu<N%UURjZlp|bDpa@MVzE<*DxnI<Tk@Vehn2|d~w4rww!Ke9Fq2ig)0zuR>B2UZRfG~EO<soLFcuPtN$M<fNr9#IA"
        "tSy+8`&AC7BnOz~bi#;g9p+S40M_cuwffhg7}dMPYK$FEYN&9WxEgwpm!S=s)fKqC<o*l4-TLC;gDZXZ_owGReCMy@1D)+Ydi?8^"
        "&)@s(lY75^_j>Z?3E4RJu=C{j;+Nl^?ELi6E5q}nmye!)eE+3Czb6+iTz>HNtKH{cJNn_PUw*tdI5|H5<mcxuPv8GzG=0o2zW7fA"
        "ZeD5*Q?0>leqKv5eG4WBP>*v*((Qd;xBMEGY(chlTanf4Vh>u8w(BsTUEQyD`v;AzX|K$OQz#mz8@SNl-VsZ61YhX6&}h4MMQ~ME"
        "x^RUG4oO!sA-UC&#u$yvj0j2w$1P((Gp#~qat;~yQFE73kSrG_qnT2|<WVuEG;>aZVJ1+;Kr^llfRw_5U@>UKFvNb2%u5%Hwi=Bl"
        "3UrPFeLPSvn6(&B1CLfxVKWt+&oU8BWXw~eS#FvxCzlwN5+_jYVH<g$TZ*rvLQ89Su-Y>kgA7=}D2pLmL^ss;1`7>ws8%1hNmn4S"
        "+{Gw^rjk3L#&RrZLM~!sVlHSTDmZ9s1(nfDu0wFr*+_#Fxf2E*tmPD8dKF~^n;Gw!Fi{IY5Vw)O7hY#ska+~jna(XxENQ*+j>=r+"
        "j!9-Aip)C3WsZZO7Mv2^N3ONRG&{IaR$X#fK};wy30+=9<4;i}lBJDdN46`)(#8ZmYs>5zn_%XQO=j|pO{q0oUAgfDyRGTet+H%R"
        "n0D{K-6MCp)=Eviwu~!pt!Gi&V67Gb)n}RX8~^Wthf2T5tD|X6^!(7k-R`QoRfA!7B%MxwI7t2jGxUf<"
    )
)
AES_256_LOCKED = zlib.decompress(
    b85decode(
        "c-n<jJBVCW7_Ku-nnkcX7ArxCbKVbF7P6Tcd}Q6Qn@r)d#d-W^Gcr4Oy>n;TbXtUH6A%%#5)=!;LJPr0MSLKFn4qm#DX4WwP?7xi"
        "?!06R?}K~pfBwh!edj-C^>U|oo;_h&tDoO{=ie41loa9l*4i3rcaJL=jR(bOOzPhYosDiY*zjZMLs`#|Hij;FUV<YS5=++C>!*F$"
        "@57jI%(+e4SFRrdX<zh}9~S#K-GWi7OYx<W7mLZLB8;@38Kg1UC87!4n+2cbTZD@LgpLqIH74?;+$N-f-zbhT3&mSfN;tlIb(Rtx"
        "XRx+mTujOcCnS5A<z&E!Y8<9i766v&%cc64V6<OdBTi%NU|2zk-=VLd1F=X=(6}nWAG9{_fAR1yXFnKT`R%KJez^5<7~CbdcQ;-+"
        "_vq^@udO_N>-NffH}8G-__M!$`pIA8pZ^a0=1X7hrMLTce}DJQ&tCnhx{+>_kDQr&^x{M3?!53}_04mCzJLGQ{?~7v`SJUg|9IoE"
        "J7;Tf(^6BIY6)h&cn!(+lQ2AjY7jkX?@U6~@T*y}8QI2dK~^t|-D^bJsnT?GVNzY|9@Vn8J4M_&gi-CZi4)zOzL={c_)O24Mmv=s"
        "C10kw3s<P%7Flz^gONOothuL}NuMJPAT4NRGgrnKE196$Yb&#+iG=_@DXW5XCR!C0mr^Kd0=fejbcSSw%Ss6AHDcJpe$F~+;aCce"
        "O0O{$mj-lFR9GdH%UXjHMlrBihD5bwRtD)kM;t(1th=0?XH-fYKzV>|#Dvu<1WJvBY?J23C#@2V9ylm1Fl3wPn)*R+rXhaH#m`l;"
        "W_1E-qV_IusZBJFQ%{XI)`1aLL}|2uz^#?eXRVM|cFZv=xS}y9ftqEbr8S(UY<aTTJ0YS5=5=5JL0m=pRvCzfp;k&K%OKe3Q5+wc"
        "GfDf*q%h8+uAnI-7nRR|ngkmn3IYbx^l_ssy5zWo+@i#^==>sDp_C+(xs72*HZ!BS4OjBC&AL-I!OSU}wDOcqsU=%g`oR#pt?tzA"
        "qNq=pX74}MA-ikNNlk-xjH}>WU|GB5oEFLFTrc+e|9jw}(jCR}`e8-%^w7ZF?#rrCgJE~HR#&@Qz19P!5|At"
    )
)
